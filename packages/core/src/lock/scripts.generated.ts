// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import { converted, counted, extended, granted, guarded, resized } from "./acknowledged.ts";
import type { Script } from "../store/script.ts";

const record = "local aw,aS,aR,aT=60000,120000,60000,16\nlocal aQ={'kind','l','F','d','ai','g','k','c','p','w','ag',\n'G','ay','A','C','s','u','j'}\nlocal bu='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bv={kind=1,k=1,c=1,w=1,ag=1,G=1,j=1}\nlocal bw=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal T=5\nlocal function I()\nlocal bk=redis.call('TIME')\nlocal f=bk[1]*1000000+bk[2]\nreturn math.floor(f/1000),f\nend\nlocal function O(number)return string.format('%.0f',number)end\nlocal function M(i,kind,l)\nlocal at=T*(i - 1)\nlocal aI=redis.pcall('GET',KEYS[at+1])\nif type(aI)=='table' then return nil end\nlocal ab={string.match(aI or(kind or 'unused').. ' ' ..(l or '1').. bw,bu)}\nif not ab[1]then return nil end\nlocal r={bC=not aI}\nfor n,W in ipairs(aQ)do r[W]=bv[W]and ab[n]or tonumber(ab[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.B,r.aE=r.j,{}\nr.v,r.E,r.P,r.V,r.au=unpack(KEYS,at+1,at+T)\nreturn r\nend\nlocal function z(r,b)\nlocal ab={}\nfor n,W in ipairs(aQ)do ab[n]=type(r[W])=='number' and O(r[W])or r[W]end\nlocal e=table.concat(ab,' ')\nif b then\nlocal bB=math.max(math.max(r.g,r.A,math.ceil(r.d/1000),b)+aw,r.C,r.ay)\nredis.call('SET',r.v,e,'PX',O(bB - b))\nelseif r.bC then\nredis.call('SET',r.v,e,'PX',aw)\nelse\nredis.call('SET',r.v,e,'KEEPTTL')\nend\nfor _,bd in ipairs(r.aE)do redis.call('PUBLISH',bd[1],bd[2])end\nr.aE={}\nend\nlocal function aa(X,ad)\nreturn string.find(',' .. X .. ',',',' .. ad .. ',',1,true)~=nil\nend\nlocal function aL(X,ad)\nlocal C,count=ad,1\nfor bf in string.gmatch(X,'[^,]+')do\nif count==aT then break end\nif bf~='-' then C,count=C .. ',' .. bf,count+1 end\nend\nreturn C\nend\nlocal function bD(r,ad,b)\nr.ay=b+aR\nredis.call('ZREMRANGEBYSCORE',r.au,'-inf',O(b))\nredis.call('ZADD',r.au,O(r.ay),ad)\nredis.call('PEXPIRE',r.au,aR)\nend\nlocal function aF(r,c,b)\nreturn aa(r.ag,c)or aa(r.G,c)\nor r.ay>b and redis.call('ZSCORE',r.au,c)~=false\nend\nlocal function keep(r,by,b,bj)\nif bj>r.C then\nr.C=bj+aw\nelseif not by then\nreturn\nend\nfor _,v in ipairs(r.kind=='mutex' and{r.E}or{r.E,r.P,r.V})do\nredis.call('PEXPIRE',v,O(r.C - b))\nend\nend";

const holders = "local bp='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal bn='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function Z(e)\nlocal a={}\na.c,a.k,a.N,a.o,a.x,a.p,a.ax,a.ar,a.aj,a.be,a.w=string.match(e,bn)\na.N,a.o,a.p,a.ax,a.ar=tonumber(a.N),tonumber(a.o),tonumber(a.p),tonumber(a.ax),tonumber(a.ar)\nreturn a\nend\nlocal function K(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,o=1,x='exclusive',p=r.p,w=r.w}\nend\nlocal e=redis.call('HGET',r.P,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.o,h.x,h.p,h.w=string.match(e,bp)\nh.g,h.d,h.o,h.p=tonumber(h.g),tonumber(h.d),tonumber(h.o),tonumber(h.p)\nreturn h\nend\nlocal function aH(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.p,r.w=c,h.k,h.g,h.p,h.w\nreturn\nend\nredis.call('HSET',r.P,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.o,h.x,h.p,h.w))\nredis.call('ZADD',r.V,O(h.g),c)\nkeep(r,r.F==0,b,h.g)\nend\nlocal function ak(r,c,h,aY)\nr[aY]=aL(r[aY],c)\nr.F=r.F - h.o\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.p,r.w='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.P,c)\nredis.call('ZREM',r.V,c)\nend\nlocal function aV(r)\nlocal U=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.P)\nfor _,c in ipairs(U)do ak(r,c,K(r,c),'G')end\nif#U>aT then r.ai=r.d+1 end\nreturn#U>0\nend\nlocal function az(r,a,ao,b,f)\nr.d=math.max(r.d+1,f)\nif r.ai==0 then r.ai=r.d end\naH(r,a.c,{g=b+ao,d=r.d,k=a.k,o=a.o,x=a.x,p=a.p,w=a.w},b)\nr.F=r.F+a.o\nend\nlocal function J(r,b)\nlocal al={}\nif r.kind~='mutex' then\nal=redis.call('ZRANGEBYSCORE',r.V,'-inf',O(b))\nelseif r.c~='-' and r.g<=b then\nal={r.c}\nend\nfor _,c in ipairs(al)do\nlocal h=K(r,c)\nr.A=h.p>0 and math.max(r.A,h.g+h.p)or r.A\nak(r,c,h,'G')\nend\nreturn#al>0\nend\nlocal function ae(r,b)\nif r.A>b then return r.A - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.V,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local bo=5\nlocal br=100\nlocal function as(r)\nr.j='-'\nif r.s==0 then return end\nlocal aq=redis.call('ZPOPMIN',r.E)\nr.s=aq[1]and r.s - 1 or 0\nif aq[1]then r.j=aq[2].. ' ' .. aq[1]end\nend\nlocal function j(r)\nlocal u,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(u),e\nend\nlocal function bA(r,e,b,f)\nlocal _,B=j(r)\nif B==e then return 1 end\nlocal u=math.max(r.u+1,f)\nif not B then\nr.u,r.j=u,O(u).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.E,'NX',O(u),e)==1 then\nr.u,r.s=u,r.s+1\nkeep(r,r.s==1,b,b+aS)\nreturn r.s+1\nend\nr.s=redis.call('ZCARD',r.E)\nkeep(r,false,b,b+aS)\nreturn redis.call('ZRANK',r.E,e)+2\nend\nlocal function aX(r,e)\nlocal _,B=j(r)\nreturn B==e or r.s>0 and redis.call('ZSCORE',r.E,e)~=false\nend\nlocal function bb(r,e)\nlocal _,B=j(r)\nif B==e then\nas(r)\nelseif r.s>0 and redis.call('ZREM',r.E,e)==1 then\nr.s=r.s - 1\nend\nend\nlocal function av(e,ap)\nlocal a=Z(e)\nreturn a.aj=='-' or redis.call('PUBLISH',a.aj,string.format('first %s %.0f',a.be,ap))>0\nend\nlocal function bi(r,b)\nlocal _,e=j(r)\nlocal ap=ae(r,b)\nif av(e,ap)or r.s==0 then return end\nfor _,bz in ipairs(redis.call('ZRANGE',r.E,0,bo - 1))do\nif av(bz,ap)then return end\nend\nend\nlocal function aU(r,b)\nif r.j~='-' and r.j~=r.B then bi(r,b)end\nr.B=r.j\nend\nlocal function D(r,b,f)\nlocal aB=0\nwhile r.j~='-' and r.A<=b do\nlocal u,e=j(r)\nlocal a=Z(e)\nif a.ar>0 and u/1000+a.ar<b then\nas(r)\nelseif a.o>r.l or K(r,a.c)or aF(r,a.c,b)then\nas(r)\nav(e,0)\nelseif r.F+a.o>r.l then\nbreak\nelseif aB==br then\nav(e,0)\nr.B=r.j\nbreak\nelse\nlocal ao=math.min(a.N,a.ax)\naB=aB+1\nas(r)\naz(r,a,ao,b,f)\nif a.aj~='-' then table.insert(r.aE,{a.aj,string.format('granted %s %.0f %.0f %.0f',a.be,r.d,b,ao)})end\nend\nend\naU(r,b)\nend";

const member = "local bs,bq='^(%l+) (%S+) (%d+) (%d+) (%d+) (%d+) (%S+)$',10000000\nlocal function bH()\nlocal m={}\nm.aN,m.am,m.an,m.floor,m.S,m.t,m.q=string.match(redis.call('GET',KEYS[#KEYS])or '',bs)\nif not m.aN then return nil end\nm.an,m.floor,m.S,m.t=tonumber(m.an),tonumber(m.floor),tonumber(m.S),tonumber(m.t)\nreturn m\nend\nlocal function bh(m)\nredis.call('SET',KEYS[#KEYS],string.format('%s %s %.0f %.0f %.0f %.0f %s',m.aN,m.am,m.an,m.floor,m.S,m.t,m.q))\nend\nlocal function bK(m,d)\nif not m or d<=m.S then return end\nm.S=d+bq\nbh(m)\nend\nlocal function bG(aM)\nif aM=='durable' then return '-' end\nlocal aZ=redis.pcall('INFO','server')\nreturn type(aZ)=='string' and string.match(aZ,'run_id:(%w+)')or '-'\nend\nlocal function bJ(am,t,aM,b)\nlocal m,q=bH(),bG(aM)\nif m then t=math.max(t,m.t)end\nif m and(q=='-' or q==m.q)and t==m.t then return m end\nif m and(q=='-' or m.q=='-' or q==m.q)then\nm.t,m.q=t,q=='-' and m.q or q\nelse\nm={aN='barred',am=am,an=b+t,floor=m and m.floor or 0,S=m and m.S or 0,t=t,q=q}\nend\nbh(m)\nreturn m\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "e33ccc309cf8689ac548cd8f58d1405da60f374a",
  keyLockingDigest: "b26978caed91f040e7675187f41caf92bc415b0a",
  acknowledged: granted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,aD,Y=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=Z(e)\nlocal b,f=I()\nlocal r=M(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal aO=aD=='barge-steal'\nlocal H=J(r,b)\nif r.j~='-' and not aO then\nlocal bx=r.j\nD(r,b,f)\nH=H or r.j~=bx\nend\nlocal function Q(y)\nif aO then\nD(r,b,f)\nH=true\nend\nif H then z(r,b)end\nreturn y\nend\nlocal L=K(r,a.c)\nif L then return Q({'granted',L.d,L.g - b,L.k,b})end\nif aF(r,a.c,b)then return Q({'ended'})end\nif r.l~=tonumber(l)and not aX(r,e)then return Q({'kind',r.kind,r.l})end\nif aO then\naV(r)\nr.A=0\nend\nlocal bE=r.A<=b and r.F+a.o<=r.l\nif bE and(r.j=='-' or string.sub(aD,1,5)=='barge')then\nbb(r,e)\naz(r,a,a.N,b,f)\naU(r,b)\nH=true\nreturn Q({'granted',r.d,a.N,a.k,b})\nend\nlocal ac=r.s+(r.j=='-' and 0 or 1)\nlocal aA=math.max(b - math.floor(r.d/1000),0)\nif string.sub(aD,-3)=='try' then return Q({'held',ae(r,b),aA,ac,b})end\nif Y>0 and ac>=Y and not aX(r,e)then return Q({'full',ae(r,b),aA,ac,b})end\nlocal bF=bA(r,e,b,f)\nH=true\nreturn Q({'queued',ae(r,b),aA,bF,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "b888bf48a313ca621b84f2e1b7d2de0c14155910",
  keyLockingDigest: "4e6e8a153129952fd79c66cf849158c7c524c41e",
  acknowledged: granted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=Z(ARGV[1])\nlocal b,f=I()\nlocal af,L={},0\nfor i=1,#KEYS/T do\nlocal r=M(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nif aF(r,a.c,b)then return{'ended'}end\nif r.c==a.c then L=L+1 end\naf[i]=r\nend\nlocal y={'granted',a.N,a.k,b}\nfor i,r in ipairs(af)do\nif L<#af and(r.c~='-' or r.j~='-' or r.A>b)then\nreturn{'held',i,ae(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(af)do\nif L<#af then\naz(r,a,a.N,b,f)\nz(r,b)\nelse\ny[2],y[3]=math.min(y[2],r.g - b),r.k\nend\ny[4+i]=r.d\nend\nreturn y";
  },
};

export const admitScript: Script = {
  name: "admit",
  digest: "d659ad83cd8a1229b03bf684e7f1262282cbc8dc",
  keyLockingDigest: "bbfb0db7c75df699d53b960f7fab3fbdb3981d04",
  get source() {
    return record + "\n" + member + "\n" + "local b=I()\nlocal m=bJ(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nif m.aN=='voting' then return 1 end\nif ARGV[4]~='' and(m.am~=ARGV[4]or m.an>b)then return 0 end\nm.aN='voting'\nm.floor=math.max(m.floor,m.S,tonumber(ARGV[5]))\nm.S=m.floor\nbh(m)\nreturn 1";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "16ace563187516306abb6b2f4bd3f038db4946aa",
  keyLockingDigest: "d302ec3b53aa852217efa8d199f3b19c2e17872a",
  acknowledged: converted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,x,o=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nlocal H=J(r,b)\nlocal h=K(r,c)\nlocal y={'lost'}\nif h and h.k==k and h.d>d and h.x==x then\ny={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.F - h.o+o>r.l then\ny={'refused'}\nelse\nr.d=math.max(r.d+1,f)\nr.F=r.F - h.o+o\nh.d,h.x,h.o=r.d,x,o\naH(r,c,h,b)\ny={'converted',h.d,h.g - b}\nH=true\nend\nend\nif H then\nD(r,b,f)\nz(r,b)\nend\nreturn y";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "63670fb27b7f7873df9285f53e6d12449829948a",
  keyLockingDigest: "604b22907d21a4a4f77eec2247f80deb3f29f4f1",
  acknowledged: extended,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=I()\nlocal aK={}\nfor i=1,#KEYS/T do\nlocal c,k,N=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=M(i)\nlocal h=r and K(r,c)\naK[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+N)\naH(r,c,h,b)\naK[i]=h.g - b\nif r.j~='-' then bi(r,b)end\nz(r,b)\nelseif r and J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nend\nreturn aK";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "66f8cce50993a4c7b4f4166927faf19685e2bc67",
  keyLockingDigest: "c28a77e43c045275634e72844dcb507be1bee007",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nif aa(r.G,'!' .. c)then return 1 end\nif aa(r.G,'.' .. c)then return 0 end\nJ(r,b)\nlocal aW=aV(r)\nr.G=aL(r.G,(aW and '!' or '.').. c)\nD(r,b,f)\nz(r,b)\nreturn aW and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "047dbe4d16eaa6ae2cf64ef02599e314727b449d",
  keyLockingDigest: "c4dc56deaf5929746e2ec165a50eeeb6d30ae0e8",
  acknowledged: guarded,
  get source() {
    return "local bt=16\nredis.call('STRLEN',KEYS[1])\nlocal ah,bI=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ah then return{'kind'}end\nlocal d,bm,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ah)>d then return tonumber(ah)end\nif ARGV[5]=='get' then\nif tonumber(ah)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aJ,aC=string.format('%s %s:%s',ARGV[1],bm,ARGV[3]),1\nif tonumber(ah)==d then\nfor bg,ba in string.gmatch(bI,' (%S+):(%d+)')do\nif bg==bm then\nif tonumber(ba)>=number then return d end\nelseif aC<bt then\naJ,aC=aJ .. ' ' .. bg .. ':' .. ba,aC+1\nend\nend\nend\nredis.call('SET',KEYS[2],aJ,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "7ad8c82b93dcc5f919e9e043ccdb285a72ad4195",
  keyLockingDigest: "e3f62326c5c4c7a0880ea5e0ae186f605ddeb4d1",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local Y=tonumber(ARGV[1])\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nlocal U={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then U=redis.call('ZRANGE',r.V,0,Y - 1)end\nlocal P,ac={},{}\nfor _,c in ipairs(U)do\nlocal h=K(r,c)\nif h then\nfor _,aP in ipairs({redis.sha1hex(c),h.g,h.d,h.o,h.x,h.w})do table.insert(P,aP)end\nend\nend\nlocal function X(u,e)\nlocal a=Z(e)\nfor _,aP in ipairs({redis.sha1hex(a.c),math.floor(u/1000),a.o,a.x,a.w})do table.insert(ac,aP)end\nend\nif r.j~='-' then X(j(r))end\nlocal queued=Y>1 and r.s>0 and redis.call('ZRANGE',r.E,0,Y - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do X(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.F,r.d,b,r.A,r.s+(r.j=='-' and 0 or 1),P,ac}";
  },
};

export const latchScript: Script = {
  name: "latch",
  digest: "6799a5632d166838fcda7f09b27d38351d1aead0",
  keyLockingDigest: "25eff08dad3a958c074b191e5d8d75fccd483cb5",
  acknowledged: counted,
  get source() {
    return "local v,c=KEYS[1],'+' .. ARGV[3]\nlocal latch=redis.pcall('HMGET',v,'count','left','keep',c)\nif latch.err then\nlocal bc=redis.pcall('GET',v)\nlocal kind,l=string.match(type(bc)=='string' and bc or '','^(%l+) (%d+) ')\nreturn{'kind',kind or '',tonumber(l or 0)}\nend\nlocal count,left,C,bl=unpack(latch)\nlocal R=count and left and C\nif R and count~=ARGV[1]then return{'kind','latch',tonumber(count)}end\nif not R and redis.call('EXISTS',v)==1 then return{'kind','',0}end\nif bl then return tonumber(bl)end\nleft=tonumber(R and left or ARGV[1])\nlocal keep=math.max(tonumber(ARGV[2]),tonumber(R and C or 0))\nif left>0 and c~='+' then\nleft=math.max(left - tonumber(ARGV[4]),0)\nredis.call('HSET',v,'count',ARGV[1],'left',left,'keep',keep,c,left)\nredis.call('PEXPIRE',v,keep)\nif left==0 then redis.call('PUBLISH',ARGV[5],'ask')end\nelseif left>0 and R and ARGV[2]~='0' then\nredis.call('PEXPIRE',v,keep)\nend\nreturn left";
  },
};

export const listScript: Script = {
  name: "list",
  digest: "0775b5ce6519eec6045485e1329bc70417b17d1d",
  keyLockingDigest: "b55069128044c1dd1f4c24b954732ccbbfdc3a75",
  plain: true,
  get source() {
    return "local aG=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(aG[2],1,aG[1])\nreturn aG[2]";
  },
};

export const membershipScript: Script = {
  name: "membership",
  digest: "97828addf71cbbdf53470da62aa3235fe5295c5e",
  keyLockingDigest: "5a15076d6c20b1404eef9ca92be86117ea7f7340",
  get source() {
    return record + "\n" + member + "\n" + "local b,f=I()\nlocal m=bJ(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nreturn{m.am,m.aN,math.max(m.an - b,0),math.max(m.S,m.floor,f),b}";
  },
};

export const raiseScript: Script = {
  name: "raise",
  digest: "829fecf5d2bd04c85b64b0fd265cb89fdbeca0c4",
  keyLockingDigest: "90cd853e26b4409386b0a8875d11e147656ffa75",
  get source() {
    return record + "\n" + holders + "\n" + member + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal b=I()\nlocal af={}\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i)\nlocal h=r and K(r,c)\nif not h or h.k~=k or h.g<=b or r.d>tonumber(ARGV[2+i])then return 0 end\naf[i]=r\nend\nlocal m=bH()\nfor i,r in ipairs(af)do\nr.d=tonumber(ARGV[2+i])\nbK(m,r.d)\nz(r,b)\nend\nreturn 1";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "a4ab4929c65f1affba6a170cd1b9457499b60a37",
  keyLockingDigest: "e714cd85c0305f2eaadbb13519f8b278bcc13cbc",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ag={}\nfor i=1,#KEYS/T do\nlocal d=tonumber(ARGV[2+i])\nlocal r=M(i)\nlocal h=r and K(r,c)\nif h and h.k==k then\nak(r,c,h,'ag')\nlocal b,f\nif r.j~='-' then\nb,f=I()\nJ(r,b)\nD(r,b,f)\nend\nz(r,b)\nag[i]=1\nelse\nlocal R=r and not h and r.ai>0 and d>=r.ai and d<=r.d\nag[i]=R and not aa(r.G,c)and 1 or 0\nend\nend\nreturn ag";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "6fd50a88016c744ec8d65138ee76f891df4c5cc4",
  keyLockingDigest: "4ba6d31895cdfbba4c0dafd75f026b4e7660a4e8",
  acknowledged: resized,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=I()\nlocal r=M(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif aa(r.G,call)then return r.l end\nr.G=aL(r.G,call)\nr.l=tonumber(ARGV[2])\nJ(r,b)\nD(r,b,f)\nz(r,b)\nreturn r.l";
  },
};

export const surveyScript: Script = {
  name: "survey",
  digest: "031466ccf7933f18cc9dda80a316753a251e55ed",
  keyLockingDigest: "6eb37a024ad31d3fff392a675734f6bfa770fbaa",
  plain: true,
  get source() {
    return record + "\n" + holders + "\n" + "local bL=10\nlocal b=I()\nlocal bQ,bO,bT={},0,{}\nlocal function aN(v)\nlocal aI=redis.pcall('GET',v)\nlocal ab={string.match(type(aI)=='string' and aI or '',bu)}\nif not ab[1]or ab[1]=='unused' then return nil end\nlocal r={P=v .. ':holders',V=v .. ':expiries'}\nfor n,W in ipairs(aQ)do r[W]=bv[W]and ab[n]or tonumber(ab[n])end\nreturn r\nend\nlocal function bR(r)\nif r.kind=='mutex' then\nif r.c~='-' and r.g>b then return 1,r.c end\nr.F=0\nreturn 0\nend\nif r.F==0 then return 0 end\nlocal al=redis.call('ZRANGEBYSCORE',r.V,'-inf',O(b))\nfor _,c in ipairs(al)do\nlocal h=K(r,c)\nr.F=r.F -(h and h.o or 0)\nend\nreturn redis.call('ZCARD',r.V)-#al,redis.call('ZRANGE',r.V,#al,#al)[1]\nend\nlocal function bS(v)\nif bT[v]then return end\nbT[v]=true\nlocal r=aN(v)\nif not r then return end\nlocal bP,c=bR(r)\nlocal h=c and K(r,c)\nbO=bO+1\nfor _,aP in ipairs({v,r.kind,r.l,r.F,bP,r.s+(r.j=='-' and 0 or 1),r.d})do table.insert(bQ,aP)end\nfor _,aP in ipairs(h and{redis.sha1hex(c),h.g,h.d,h.x,h.w}or{'',0,0,'','-'})do table.insert(bQ,aP)end\nend\nfor i=1,#KEYS,T do bS(KEYS[i])end\nlocal bM=ARGV[1]\nfor _=1,#KEYS==0 and bL or 0 do\nlocal aG=redis.call('SCAN',bM,'MATCH',ARGV[2],'COUNT',ARGV[3])\nbM=aG[1]\nfor _,v in ipairs(aG[2])do bS(v)end\nif bM=='0' or bO>=tonumber(ARGV[3])then break end\nend\nreturn{bM,b,bQ}";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "cb4b355223846795c3ef2af88fd87233aed64611",
  keyLockingDigest: "ee4dc28c80660b789c7bcd0dfa8a8dce3b89d2ca",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=Z(e)\nlocal b,f=I()\nfor i=1,#KEYS/T do\nlocal r=M(i,kind,l)\nif r then\nlocal h=K(r,a.c)\nif h and h.k==a.k then ak(r,a.c,h,'ag')end\nbb(r,e)\nbD(r,a.c,b)\nJ(r,b)\nD(r,b,f)\nz(r,b)\nend\nend\nreturn 1";
  },
};

export const unvoteScript: Script = {
  name: "unvote",
  digest: "997ba3a12c81efc3f8056daa8ca3af5aaf5ad4a9",
  keyLockingDigest: "58c47e358eae135635b92cc8604139a6ed2f7531",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,bN,k=ARGV[1],ARGV[2]=='final',ARGV[3]\nlocal b,f=I()\nlocal bU={}\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i,'mutex','1')\nbU[i]=0\nif r then\nlocal h=K(r,c)\nlocal L=h and(h.k==k or bN and string.sub(h.k,1,#k+1)==k .. '.')\nif L or bN and aa(r.ag,c)then bU[i]=1 end\nlocal ag=r.ag\nif L and not bN and r.ay>b and redis.call('ZSCORE',r.au,'+' .. k)then L=false end\nif L then ak(r,c,h,'ag')end\nif not bN then r.ag=ag end\nif not bN or not L then\nbD(r,bN and c or k,b)\nend\nJ(r,b)\nD(r,b,f)\nz(r,b)\nend\nend\nreturn bU";
  },
};

export const voteScript: Script = {
  name: "vote",
  digest: "74488324dec432b235230627e7b1115d296b987d",
  keyLockingDigest: "fa60d88635b6f4da3a05acaac99c4a6bd1d75154",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + member + "\n" + "local a=Z(ARGV[1])\nlocal b,f=I()\nlocal m=bJ(ARGV[2],tonumber(ARGV[3]),ARGV[4],b)\nif m.aN~='voting' then return{m.am,'barred',math.max(m.an - b,0)}end\nlocal af,L={},0\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nif aF(r,a.c,b)or aF(r,a.k,b)then return{m.am,'ended'}end\nif r.c==a.c then L=L+1 end\naf[i]=r\nend\nlocal y={m.am,'granted',a.N,a.k,b}\nfor i,r in ipairs(af)do\nif L<#af and(r.c~='-' or r.j~='-' or r.A>b)then\nreturn{m.am,'held',i,ae(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(af)do\nif L<#af then\nr.d=math.max(r.d,m.floor)\naz(r,a,a.N,b,f)\nbK(m,r.d)\nz(r,b)\nelse\ny[3],y[4]=math.min(y[3],r.g - b),r.k\nif r.k~=a.k then\nbD(r,'+' .. r.k,b)\nz(r,b)\nend\nend\ny[5+i]=r.d\nend\nreturn y";
  },
};
