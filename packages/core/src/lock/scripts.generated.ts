// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import { converted, counted, extended, granted, guarded, resized } from "./acknowledged.ts";
import type { Script } from "../store/script.ts";

const record = "local av,aS,aR,aT=60000,120000,60000,16\nlocal aQ={'kind','l','F','d','ah','g','k','c','p','w','af',\n'G','ay','A','C','s','u','j'}\nlocal bu='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bv={kind=1,k=1,c=1,w=1,af=1,G=1,j=1}\nlocal bw=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal T=5\nlocal function I()\nlocal bk=redis.call('TIME')\nlocal f=bk[1]*1000000+bk[2]\nreturn math.floor(f/1000),f\nend\nlocal function O(number)return string.format('%.0f',number)end\nlocal function M(i,kind,l)\nlocal at=T*(i - 1)\nlocal aI=redis.pcall('GET',KEYS[at+1])\nif type(aI)=='table' then return nil end\nlocal ab={string.match(aI or(kind or 'unused').. ' ' ..(l or '1').. bw,bu)}\nif not ab[1]then return nil end\nlocal r={bC=not aI}\nfor n,W in ipairs(aQ)do r[W]=bv[W]and ab[n]or tonumber(ab[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.B,r.aE=r.j,{}\nr.v,r.E,r.P,r.V,r.as=unpack(KEYS,at+1,at+T)\nreturn r\nend\nlocal function z(r,b)\nlocal ab={}\nfor n,W in ipairs(aQ)do ab[n]=type(r[W])=='number' and O(r[W])or r[W]end\nlocal e=table.concat(ab,' ')\nif b then\nlocal bB=math.max(math.max(r.g,r.A,math.ceil(r.d/1000),b)+av,r.C,r.ay)\nredis.call('SET',r.v,e,'PX',O(bB - b))\nelseif r.bC then\nredis.call('SET',r.v,e,'PX',av)\nelse\nredis.call('SET',r.v,e,'KEEPTTL')\nend\nfor _,bd in ipairs(r.aE)do redis.call('PUBLISH',bd[1],bd[2])end\nr.aE={}\nend\nlocal function aa(X,ax)\nreturn string.find(',' .. X .. ',',',' .. ax .. ',',1,true)~=nil\nend\nlocal function aL(X,ax)\nlocal C,count=ax,1\nfor bf in string.gmatch(X,'[^,]+')do\nif count==aT then break end\nif bf~='-' then C,count=C .. ',' .. bf,count+1 end\nend\nreturn C\nend\nlocal function aF(r,c,b)\nreturn aa(r.af,c)or aa(r.G,c)\nor r.ay>b and redis.call('ZSCORE',r.as,c)~=false\nend\nlocal function keep(r,by,b,bj)\nif bj>r.C then\nr.C=bj+av\nelseif not by then\nreturn\nend\nfor _,v in ipairs(r.kind=='mutex' and{r.E}or{r.E,r.P,r.V})do\nredis.call('PEXPIRE',v,O(r.C - b))\nend\nend";

const holders = "local bp='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal bn='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function Z(e)\nlocal a={}\na.c,a.k,a.N,a.o,a.x,a.p,a.aw,a.aq,a.ai,a.be,a.w=string.match(e,bn)\na.N,a.o,a.p,a.aw,a.aq=tonumber(a.N),tonumber(a.o),tonumber(a.p),tonumber(a.aw),tonumber(a.aq)\nreturn a\nend\nlocal function K(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,o=1,x='exclusive',p=r.p,w=r.w}\nend\nlocal e=redis.call('HGET',r.P,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.o,h.x,h.p,h.w=string.match(e,bp)\nh.g,h.d,h.o,h.p=tonumber(h.g),tonumber(h.d),tonumber(h.o),tonumber(h.p)\nreturn h\nend\nlocal function aH(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.p,r.w=c,h.k,h.g,h.p,h.w\nreturn\nend\nredis.call('HSET',r.P,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.o,h.x,h.p,h.w))\nredis.call('ZADD',r.V,O(h.g),c)\nkeep(r,r.F==0,b,h.g)\nend\nlocal function aj(r,c,h,aY)\nr[aY]=aL(r[aY],c)\nr.F=r.F - h.o\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.p,r.w='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.P,c)\nredis.call('ZREM',r.V,c)\nend\nlocal function aV(r)\nlocal U=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.P)\nfor _,c in ipairs(U)do aj(r,c,K(r,c),'G')end\nif#U>aT then r.ah=r.d+1 end\nreturn#U>0\nend\nlocal function az(r,a,an,b,f)\nr.d=math.max(r.d+1,f)\nif r.ah==0 then r.ah=r.d end\naH(r,a.c,{g=b+an,d=r.d,k=a.k,o=a.o,x=a.x,p=a.p,w=a.w},b)\nr.F=r.F+a.o\nend\nlocal function J(r,b)\nlocal ak={}\nif r.kind~='mutex' then\nak=redis.call('ZRANGEBYSCORE',r.V,'-inf',O(b))\nelseif r.c~='-' and r.g<=b then\nak={r.c}\nend\nfor _,c in ipairs(ak)do\nlocal h=K(r,c)\nr.A=h.p>0 and math.max(r.A,h.g+h.p)or r.A\naj(r,c,h,'G')\nend\nreturn#ak>0\nend\nlocal function ad(r,b)\nif r.A>b then return r.A - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.V,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local bo=5\nlocal br=100\nlocal function ar(r)\nr.j='-'\nif r.s==0 then return end\nlocal ap=redis.call('ZPOPMIN',r.E)\nr.s=ap[1]and r.s - 1 or 0\nif ap[1]then r.j=ap[2].. ' ' .. ap[1]end\nend\nlocal function j(r)\nlocal u,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(u),e\nend\nlocal function bA(r,e,b,f)\nlocal _,B=j(r)\nif B==e then return 1 end\nlocal u=math.max(r.u+1,f)\nif not B then\nr.u,r.j=u,O(u).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.E,'NX',O(u),e)==1 then\nr.u,r.s=u,r.s+1\nkeep(r,r.s==1,b,b+aS)\nreturn r.s+1\nend\nr.s=redis.call('ZCARD',r.E)\nkeep(r,false,b,b+aS)\nreturn redis.call('ZRANK',r.E,e)+2\nend\nlocal function aX(r,e)\nlocal _,B=j(r)\nreturn B==e or r.s>0 and redis.call('ZSCORE',r.E,e)~=false\nend\nlocal function bb(r,e)\nlocal _,B=j(r)\nif B==e then\nar(r)\nelseif r.s>0 and redis.call('ZREM',r.E,e)==1 then\nr.s=r.s - 1\nend\nend\nlocal function au(e,ao)\nlocal a=Z(e)\nreturn a.ai=='-' or redis.call('PUBLISH',a.ai,string.format('first %s %.0f',a.be,ao))>0\nend\nlocal function bi(r,b)\nlocal _,e=j(r)\nlocal ao=ad(r,b)\nif au(e,ao)or r.s==0 then return end\nfor _,bz in ipairs(redis.call('ZRANGE',r.E,0,bo - 1))do\nif au(bz,ao)then return end\nend\nend\nlocal function aU(r,b)\nif r.j~='-' and r.j~=r.B then bi(r,b)end\nr.B=r.j\nend\nlocal function D(r,b,f)\nlocal aB=0\nwhile r.j~='-' and r.A<=b do\nlocal u,e=j(r)\nlocal a=Z(e)\nif a.aq>0 and u/1000+a.aq<b then\nar(r)\nelseif a.o>r.l or K(r,a.c)or aF(r,a.c,b)then\nar(r)\nau(e,0)\nelseif r.F+a.o>r.l then\nbreak\nelseif aB==br then\nau(e,0)\nr.B=r.j\nbreak\nelse\nlocal an=math.min(a.N,a.aw)\naB=aB+1\nar(r)\naz(r,a,an,b,f)\nif a.ai~='-' then table.insert(r.aE,{a.ai,string.format('granted %s %.0f %.0f %.0f',a.be,r.d,b,an)})end\nend\nend\naU(r,b)\nend";

const member = "local bs,bq='^(%l+) (%S+) (%d+) (%d+) (%d+) (%d+) (%S+)$',10000000\nlocal function bG()\nlocal m={}\nm.aN,m.al,m.am,m.floor,m.S,m.t,m.q=string.match(redis.call('GET',KEYS[#KEYS])or '',bs)\nif not m.aN then return nil end\nm.am,m.floor,m.S,m.t=tonumber(m.am),tonumber(m.floor),tonumber(m.S),tonumber(m.t)\nreturn m\nend\nlocal function bh(m)\nredis.call('SET',KEYS[#KEYS],string.format('%s %s %.0f %.0f %.0f %.0f %s',m.aN,m.al,m.am,m.floor,m.S,m.t,m.q))\nend\nlocal function bJ(m,d)\nif not m or d<=m.S then return end\nm.S=d+bq\nbh(m)\nend\nlocal function bF(aM)\nif aM=='durable' then return '-' end\nlocal aZ=redis.pcall('INFO','server')\nreturn type(aZ)=='string' and string.match(aZ,'run_id:(%w+)')or '-'\nend\nlocal function bI(al,t,aM,b)\nlocal m,q=bG(),bF(aM)\nif m then t=math.max(t,m.t)end\nif m and(q=='-' or q==m.q)and t==m.t then return m end\nif m and(q=='-' or m.q=='-' or q==m.q)then\nm.t,m.q=t,q=='-' and m.q or q\nelse\nm={aN='barred',al=al,am=b+t,floor=m and m.floor or 0,S=m and m.S or 0,t=t,q=q}\nend\nbh(m)\nreturn m\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "8f631d28ebe1453a613911eb2b6f51ba6644bac1",
  keyLockingDigest: "f779ddce1b6f70ecac88e5a644c8c038d31277e2",
  acknowledged: granted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,aD,Y=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=Z(e)\nlocal b,f=I()\nlocal r=M(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal aO=aD=='barge-steal'\nlocal H=J(r,b)\nif r.j~='-' and not aO then\nlocal bx=r.j\nD(r,b,f)\nH=H or r.j~=bx\nend\nlocal function Q(y)\nif aO then\nD(r,b,f)\nH=true\nend\nif H then z(r,b)end\nreturn y\nend\nlocal L=K(r,a.c)\nif L then return Q({'granted',L.d,L.g - b,L.k,b})end\nif aF(r,a.c,b)then return Q({'ended'})end\nif r.l~=tonumber(l)and not aX(r,e)then return Q({'kind',r.kind,r.l})end\nif aO then\naV(r)\nr.A=0\nend\nlocal bD=r.A<=b and r.F+a.o<=r.l\nif bD and(r.j=='-' or string.sub(aD,1,5)=='barge')then\nbb(r,e)\naz(r,a,a.N,b,f)\naU(r,b)\nH=true\nreturn Q({'granted',r.d,a.N,a.k,b})\nend\nlocal ac=r.s+(r.j=='-' and 0 or 1)\nlocal aA=math.max(b - math.floor(r.d/1000),0)\nif string.sub(aD,-3)=='try' then return Q({'held',ad(r,b),aA,ac,b})end\nif Y>0 and ac>=Y and not aX(r,e)then return Q({'full',ad(r,b),aA,ac,b})end\nlocal bE=bA(r,e,b,f)\nH=true\nreturn Q({'queued',ad(r,b),aA,bE,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "f6ea4bb0f2a9d2b6861ad49c7e5a693f27b8aa5f",
  keyLockingDigest: "ac230e8576767b72c9ecbcea6a6ee0d1b4c574de",
  acknowledged: granted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=Z(ARGV[1])\nlocal b,f=I()\nlocal ae,L={},0\nfor i=1,#KEYS/T do\nlocal r=M(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nif aF(r,a.c,b)then return{'ended'}end\nif r.c==a.c then L=L+1 end\nae[i]=r\nend\nlocal y={'granted',a.N,a.k,b}\nfor i,r in ipairs(ae)do\nif L<#ae and(r.c~='-' or r.j~='-' or r.A>b)then\nreturn{'held',i,ad(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(ae)do\nif L<#ae then\naz(r,a,a.N,b,f)\nz(r,b)\nelse\ny[2],y[3]=math.min(y[2],r.g - b),r.k\nend\ny[4+i]=r.d\nend\nreturn y";
  },
};

export const admitScript: Script = {
  name: "admit",
  digest: "3a7778076da2703027e569089611150a648f03f2",
  keyLockingDigest: "8b48606476238ccc6ebc8227d43f7bd3ac810896",
  get source() {
    return record + "\n" + member + "\n" + "local b=I()\nlocal m=bI(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nif m.aN=='voting' then return 1 end\nif ARGV[4]~='' and(m.al~=ARGV[4]or m.am>b)then return 0 end\nm.aN='voting'\nm.floor=math.max(m.floor,m.S,tonumber(ARGV[5]))\nm.S=m.floor\nbh(m)\nreturn 1";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "43b75b9c60e4371b424d6ab02271b54baa0a0031",
  keyLockingDigest: "b2f07445ec899e556d9cea287568c3bca3ee44cb",
  acknowledged: converted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,x,o=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nlocal H=J(r,b)\nlocal h=K(r,c)\nlocal y={'lost'}\nif h and h.k==k and h.d>d and h.x==x then\ny={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.F - h.o+o>r.l then\ny={'refused'}\nelse\nr.d=math.max(r.d+1,f)\nr.F=r.F - h.o+o\nh.d,h.x,h.o=r.d,x,o\naH(r,c,h,b)\ny={'converted',h.d,h.g - b}\nH=true\nend\nend\nif H then\nD(r,b,f)\nz(r,b)\nend\nreturn y";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "41329ed9d13865a28d05065c2a52207661da8529",
  keyLockingDigest: "4a0e20f0f071c1556671f8af74b47749daaba338",
  acknowledged: extended,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=I()\nlocal aK={}\nfor i=1,#KEYS/T do\nlocal c,k,N=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=M(i)\nlocal h=r and K(r,c)\naK[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+N)\naH(r,c,h,b)\naK[i]=h.g - b\nif r.j~='-' then bi(r,b)end\nz(r,b)\nelseif r and J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nend\nreturn aK";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "e95bc9e1bd75a9d7173b07d11beb10e29ab26a27",
  keyLockingDigest: "31fd5360ffba270961dd05f1b62ce8e6092b8eaf",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nif aa(r.G,'!' .. c)then return 1 end\nif aa(r.G,'.' .. c)then return 0 end\nJ(r,b)\nlocal aW=aV(r)\nr.G=aL(r.G,(aW and '!' or '.').. c)\nD(r,b,f)\nz(r,b)\nreturn aW and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "a0a37bcf62a9943c5ccac673fa81c148dd09e429",
  keyLockingDigest: "376f7d75fa3c1b39611bce682062aa44766be229",
  acknowledged: guarded,
  get source() {
    return "local bt=16\nredis.call('STRLEN',KEYS[1])\nlocal ag,bH=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ag then return{'kind'}end\nlocal d,bm,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ag)>d then return tonumber(ag)end\nif ARGV[5]=='get' then\nif tonumber(ag)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aJ,aC=string.format('%s %s:%s',ARGV[1],bm,ARGV[3]),1\nif tonumber(ag)==d then\nfor bg,ba in string.gmatch(bH,' (%S+):(%d+)')do\nif bg==bm then\nif tonumber(ba)>=number then return d end\nelseif aC<bt then\naJ,aC=aJ .. ' ' .. bg .. ':' .. ba,aC+1\nend\nend\nend\nredis.call('SET',KEYS[2],aJ,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "a5ed73db1dca7e4a984a023f103d91595d9a107e",
  keyLockingDigest: "70ed4e0b1e2f401462c098b1a9f981dc1bf705e2",
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
  digest: "7d079cc2b83cd8b3e1a0ebab82f3a4095372d875",
  keyLockingDigest: "f9ed54ee87b430c548f8ab5d63f96eecc2d9db27",
  get source() {
    return record + "\n" + member + "\n" + "local b,f=I()\nlocal m=bI(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nreturn{m.al,m.aN,math.max(m.am - b,0),math.max(m.S,m.floor,f),b}";
  },
};

export const raiseScript: Script = {
  name: "raise",
  digest: "6a39e1173b526466dfd1bfa7f481bda42b240aa2",
  keyLockingDigest: "8bd788d2d762e6569bf2ed8b94b3df51a5fc3b15",
  get source() {
    return record + "\n" + holders + "\n" + member + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal b=I()\nlocal ae={}\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i)\nlocal h=r and K(r,c)\nif not h or h.k~=k or h.g<=b or r.d>tonumber(ARGV[2+i])then return 0 end\nae[i]=r\nend\nlocal m=bG()\nfor i,r in ipairs(ae)do\nr.d=tonumber(ARGV[2+i])\nbJ(m,r.d)\nz(r,b)\nend\nreturn 1";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "a0c7a76c5de209d12b8aa41c35cb0920bf388c99",
  keyLockingDigest: "9a3dbfec3c075c7d1ecf563d5dfa664105eb211f",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal af={}\nfor i=1,#KEYS/T do\nlocal d=tonumber(ARGV[2+i])\nlocal r=M(i)\nlocal h=r and K(r,c)\nif h and h.k==k then\naj(r,c,h,'af')\nlocal b,f\nif r.j~='-' then\nb,f=I()\nJ(r,b)\nD(r,b,f)\nend\nz(r,b)\naf[i]=1\nelse\nlocal R=r and not h and r.ah>0 and d>=r.ah and d<=r.d\naf[i]=R and not aa(r.G,c)and 1 or 0\nend\nend\nreturn af";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "851bed04ff8ed28bb37f6658899b024e3a3dc3ad",
  keyLockingDigest: "d49508bfeae62a22d89eab34b9dba85dd0bdf34b",
  acknowledged: resized,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=I()\nlocal r=M(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif aa(r.G,call)then return r.l end\nr.G=aL(r.G,call)\nr.l=tonumber(ARGV[2])\nJ(r,b)\nD(r,b,f)\nz(r,b)\nreturn r.l";
  },
};

export const surveyScript: Script = {
  name: "survey",
  digest: "bf2b9273400594959f5b800cefdfc3afea1a979c",
  keyLockingDigest: "80234f43e891e1c87cce2f2c2ed1e2a63d1c8e0f",
  plain: true,
  get source() {
    return record + "\n" + holders + "\n" + "local bK=10\nlocal b=I()\nlocal bP,bN,bS={},0,{}\nlocal function aN(v)\nlocal aI=redis.pcall('GET',v)\nlocal ab={string.match(type(aI)=='string' and aI or '',bu)}\nif not ab[1]or ab[1]=='unused' then return nil end\nlocal r={P=v .. ':holders',V=v .. ':expiries'}\nfor n,W in ipairs(aQ)do r[W]=bv[W]and ab[n]or tonumber(ab[n])end\nreturn r\nend\nlocal function bQ(r)\nif r.kind=='mutex' then\nif r.c~='-' and r.g>b then return 1,r.c end\nr.F=0\nreturn 0\nend\nif r.F==0 then return 0 end\nlocal ak=redis.call('ZRANGEBYSCORE',r.V,'-inf',O(b))\nfor _,c in ipairs(ak)do\nlocal h=K(r,c)\nr.F=r.F -(h and h.o or 0)\nend\nreturn redis.call('ZCARD',r.V)-#ak,redis.call('ZRANGE',r.V,#ak,#ak)[1]\nend\nlocal function bR(v)\nif bS[v]then return end\nbS[v]=true\nlocal r=aN(v)\nif not r then return end\nlocal bO,c=bQ(r)\nlocal h=c and K(r,c)\nbN=bN+1\nfor _,aP in ipairs({v,r.kind,r.l,r.F,bO,r.s+(r.j=='-' and 0 or 1),r.d})do table.insert(bP,aP)end\nfor _,aP in ipairs(h and{redis.sha1hex(c),h.g,h.d,h.x,h.w}or{'',0,0,'','-'})do table.insert(bP,aP)end\nend\nfor i=1,#KEYS,T do bR(KEYS[i])end\nlocal bL=ARGV[1]\nfor _=1,#KEYS==0 and bK or 0 do\nlocal aG=redis.call('SCAN',bL,'MATCH',ARGV[2],'COUNT',ARGV[3])\nbL=aG[1]\nfor _,v in ipairs(aG[2])do bR(v)end\nif bL=='0' or bN>=tonumber(ARGV[3])then break end\nend\nreturn{bL,b,bP}";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "e7f5d63ef58376993a2ea88642f41af2f9b78a56",
  keyLockingDigest: "9dcdef03eed581074161cec33fd7acdeff5a4d74",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=Z(e)\nlocal b,f=I()\nfor i=1,#KEYS/T do\nlocal r=M(i,kind,l)\nif r then\nlocal h=K(r,a.c)\nif h and h.k==a.k then aj(r,a.c,h,'af')end\nbb(r,e)\nr.ay=b+aR\nredis.call('ZREMRANGEBYSCORE',r.as,'-inf',O(b))\nredis.call('ZADD',r.as,O(r.ay),a.c)\nredis.call('PEXPIRE',r.as,aR)\nJ(r,b)\nD(r,b,f)\nz(r,b)\nend\nend\nreturn 1";
  },
};

export const unvoteScript: Script = {
  name: "unvote",
  digest: "5935083ee690d297a0064d187d800520078e55a4",
  keyLockingDigest: "083f868926f21ba8b96f9b291754f66692f35029",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,bM,k=ARGV[1],ARGV[2]=='final',ARGV[3]\nlocal b,f=I()\nlocal bT={}\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i,'mutex','1')\nbT[i]=0\nif r then\nlocal h=K(r,c)\nlocal L=h and(h.k==k or bM and string.sub(h.k,1,#k+1)==k .. '.')\nif L or bM and aa(r.af,c)then bT[i]=1 end\nlocal af=r.af\nif L then aj(r,c,h,'af')end\nif not bM then r.af=af end\nif not bM or not L then\nr.ay=math.max(r.ay,b+aR)\nredis.call('ZREMRANGEBYSCORE',r.as,'-inf',O(b))\nredis.call('ZADD',r.as,O(b+aR),bM and c or k)\nredis.call('PEXPIRE',r.as,aR)\nend\nJ(r,b)\nD(r,b,f)\nz(r,b)\nend\nend\nreturn bT";
  },
};

export const voteScript: Script = {
  name: "vote",
  digest: "16893ed7e1779278e7c9e43653d2f3cc5f741c33",
  keyLockingDigest: "770f150def9d33d12989deeff6b705ca10baca5b",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + member + "\n" + "local a=Z(ARGV[1])\nlocal b,f=I()\nlocal m=bI(ARGV[2],tonumber(ARGV[3]),ARGV[4],b)\nif m.aN~='voting' then return{m.al,'barred',math.max(m.am - b,0)}end\nlocal ae,L={},0\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nif aF(r,a.c,b)or aF(r,a.k,b)then return{m.al,'ended'}end\nif r.c==a.c then L=L+1 end\nae[i]=r\nend\nlocal y={m.al,'granted',a.N,a.k,b}\nfor i,r in ipairs(ae)do\nif L<#ae and(r.c~='-' or r.j~='-' or r.A>b)then\nreturn{m.al,'held',i,ad(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(ae)do\nif L<#ae then\nr.d=math.max(r.d,m.floor)\naz(r,a,a.N,b,f)\nbJ(m,r.d)\nz(r,b)\nelse\ny[3],y[4]=math.min(y[3],r.g - b),r.k\nend\ny[5+i]=r.d\nend\nreturn y";
  },
};
