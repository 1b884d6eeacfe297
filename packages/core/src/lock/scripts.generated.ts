// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import { converted, counted, extended, granted, guarded, raised, resized, voted } from "./acknowledged.ts";
import type { Script } from "../store/script.ts";

const record = "local ax,aS,aR,aT=60000,120000,60000,16\nlocal aQ={'kind','l','F','d','aj','g','k','c','q','w','ah',\n'G','az','A','C','t','u','j'}\nlocal bt='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bu={kind=1,k=1,c=1,w=1,ah=1,G=1,j=1}\nlocal bv=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal T=5\nlocal function I()\nlocal bk=redis.call('TIME')\nlocal f=bk[1]*1000000+bk[2]\nreturn math.floor(f/1000),f\nend\nlocal function O(number)return string.format('%.0f',number)end\nlocal function M(i,kind,l)\nlocal at=T*(i - 1)\nlocal aJ=redis.pcall('GET',KEYS[at+1])\nif type(aJ)=='table' then return nil end\nlocal ac={string.match(aJ or(kind or 'unused').. ' ' ..(l or '1').. bv,bt)}\nif not ac[1]then return nil end\nlocal r={bB=not aJ}\nfor n,W in ipairs(aQ)do r[W]=bu[W]and ac[n]or tonumber(ac[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.B,r.aF=r.j,{}\nr.v,r.E,r.P,r.V,r.av=unpack(KEYS,at+1,at+T)\nreturn r\nend\nlocal function z(r,b)\nlocal ac={}\nfor n,W in ipairs(aQ)do ac[n]=type(r[W])=='number' and O(r[W])or r[W]end\nlocal e=table.concat(ac,' ')\nif b then\nlocal bA=math.max(math.max(r.g,r.A,math.ceil(r.d/1000),b)+ax,r.C,r.az)\nredis.call('SET',r.v,e,'PX',O(bA - b))\nelseif r.bB then\nredis.call('SET',r.v,e,'PX',ax)\nelse\nredis.call('SET',r.v,e,'KEEPTTL')\nend\nfor _,bd in ipairs(r.aF)do redis.call('PUBLISH',bd[1],bd[2])end\nr.aF={}\nend\nlocal function ab(Y,ae)\nreturn string.find(',' .. Y .. ',',',' .. ae .. ',',1,true)~=nil\nend\nlocal function aM(Y,ae)\nlocal C,count=ae,1\nfor bf in string.gmatch(Y,'[^,]+')do\nif count==aT then break end\nif bf~='-' then C,count=C .. ',' .. bf,count+1 end\nend\nreturn C\nend\nlocal function bC(r,ae,b)\nr.az=b+aR\nredis.call('ZREMRANGEBYSCORE',r.av,'-inf',O(b))\nredis.call('ZADD',r.av,O(r.az),ae)\nredis.call('PEXPIRE',r.av,aR)\nend\nlocal function aG(r,c,b)\nreturn ab(r.ah,c)or ab(r.G,c)\nor r.az>b and redis.call('ZSCORE',r.av,c)~=false\nend\nlocal function keep(r,bx,b,bj)\nif bj>r.C then\nr.C=bj+ax\nelseif not bx then\nreturn\nend\nfor _,v in ipairs(r.kind=='mutex' and{r.E}or{r.E,r.P,r.V})do\nredis.call('PEXPIRE',v,O(r.C - b))\nend\nend";

const holders = "local bp='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal bn='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function aa(e)\nlocal a={}\na.c,a.k,a.N,a.o,a.x,a.q,a.ay,a.ar,a.ak,a.be,a.w=string.match(e,bn)\na.N,a.o,a.q,a.ay,a.ar=tonumber(a.N),tonumber(a.o),tonumber(a.q),tonumber(a.ay),tonumber(a.ar)\nreturn a\nend\nlocal function K(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,o=1,x='exclusive',q=r.q,w=r.w}\nend\nlocal e=redis.call('HGET',r.P,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.o,h.x,h.q,h.w=string.match(e,bp)\nh.g,h.d,h.o,h.q=tonumber(h.g),tonumber(h.d),tonumber(h.o),tonumber(h.q)\nreturn h\nend\nlocal function aI(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.q,r.w=c,h.k,h.g,h.q,h.w\nreturn\nend\nredis.call('HSET',r.P,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.o,h.x,h.q,h.w))\nredis.call('ZADD',r.V,O(h.g),c)\nkeep(r,r.F==0,b,h.g)\nend\nlocal function al(r,c,h,aY)\nr[aY]=aM(r[aY],c)\nr.F=r.F - h.o\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.q,r.w='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.P,c)\nredis.call('ZREM',r.V,c)\nend\nlocal function aV(r)\nlocal U=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.P)\nfor _,c in ipairs(U)do al(r,c,K(r,c),'G')end\nif#U>aT then r.aj=r.d+1 end\nreturn#U>0\nend\nlocal function aA(r,a,ao,b,f)\nr.d=math.max(r.d+1,f)\nif r.aj==0 then r.aj=r.d end\naI(r,a.c,{g=b+ao,d=r.d,k=a.k,o=a.o,x=a.x,q=a.q,w=a.w},b)\nr.F=r.F+a.o\nend\nlocal function J(r,b)\nlocal am={}\nif r.kind~='mutex' then\nam=redis.call('ZRANGEBYSCORE',r.V,'-inf',O(b))\nelseif r.c~='-' and r.g<=b then\nam={r.c}\nend\nfor _,c in ipairs(am)do\nlocal h=K(r,c)\nr.A=h.q>0 and math.max(r.A,h.g+h.q)or r.A\nal(r,c,h,'G')\nend\nreturn#am>0\nend\nlocal function af(r,b)\nif r.A>b then return r.A - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.V,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local bo=5\nlocal bq=100\nlocal function as(r)\nr.j='-'\nif r.t==0 then return end\nlocal aq=redis.call('ZPOPMIN',r.E)\nr.t=aq[1]and r.t - 1 or 0\nif aq[1]then r.j=aq[2].. ' ' .. aq[1]end\nend\nlocal function j(r)\nlocal u,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(u),e\nend\nlocal function bz(r,e,b,f)\nlocal _,B=j(r)\nif B==e then return 1 end\nlocal u=math.max(r.u+1,f)\nif not B then\nr.u,r.j=u,O(u).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.E,'NX',O(u),e)==1 then\nr.u,r.t=u,r.t+1\nkeep(r,r.t==1,b,b+aS)\nreturn r.t+1\nend\nr.t=redis.call('ZCARD',r.E)\nkeep(r,false,b,b+aS)\nreturn redis.call('ZRANK',r.E,e)+2\nend\nlocal function aX(r,e)\nlocal _,B=j(r)\nreturn B==e or r.t>0 and redis.call('ZSCORE',r.E,e)~=false\nend\nlocal function bb(r,e)\nlocal _,B=j(r)\nif B==e then\nas(r)\nelseif r.t>0 and redis.call('ZREM',r.E,e)==1 then\nr.t=r.t - 1\nend\nend\nlocal function aw(e,ap)\nlocal a=aa(e)\nreturn a.ak=='-' or redis.call('PUBLISH',a.ak,string.format('first %s %.0f',a.be,ap))>0\nend\nlocal function bi(r,b)\nlocal _,e=j(r)\nlocal ap=af(r,b)\nif aw(e,ap)or r.t==0 then return end\nfor _,by in ipairs(redis.call('ZRANGE',r.E,0,bo - 1))do\nif aw(by,ap)then return end\nend\nend\nlocal function aU(r,b)\nif r.j~='-' and r.j~=r.B then bi(r,b)end\nr.B=r.j\nend\nlocal function D(r,b,f)\nlocal aC=0\nwhile r.j~='-' and r.A<=b do\nlocal u,e=j(r)\nlocal a=aa(e)\nif a.ar>0 and u/1000+a.ar<b then\nas(r)\nelseif a.o>r.l or K(r,a.c)or aG(r,a.c,b)then\nas(r)\naw(e,0)\nelseif r.F+a.o>r.l then\nbreak\nelseif aC==bq then\naw(e,0)\nr.B=r.j\nbreak\nelse\nlocal ao=math.min(a.N,a.ay)\naC=aC+1\nas(r)\naA(r,a,ao,b,f)\nif a.ak~='-' then table.insert(r.aF,{a.ak,string.format('granted %s %.0f %.0f %.0f',a.be,r.d,b,ao)})end\nend\nend\naU(r,b)\nend";

const member = "local br='^(%l+) (%S+) (%d+) (%d+) (%d+) (%d+) (%S+)$'\nlocal function bG()\nlocal m={}\nm.au,m.an,m.X,m.floor,m.S,m.p,m.s=string.match(redis.call('GET',KEYS[#KEYS])or '',br)\nif not m.au then return nil end\nm.X,m.floor,m.S,m.p=tonumber(m.X),tonumber(m.floor),tonumber(m.S),tonumber(m.p)\nreturn m\nend\nlocal function bh(m)\nredis.call('SET',KEYS[#KEYS],string.format('%s %s %.0f %.0f %.0f %.0f %s',m.au,m.an,m.X,m.floor,m.S,m.p,m.s))\nend\nlocal function bJ(m,d)\nif not m or d<=m.S then return end\nm.S=d\nbh(m)\nend\nlocal function bF(aN)\nif aN=='durable' then return '-' end\nlocal aZ=redis.pcall('INFO','server')\nreturn type(aZ)=='string' and string.match(aZ,'run_id:(%w+)')or '-'\nend\nlocal function bI(an,p,aN,b)\nlocal m,s=bG(),bF(aN)\nif m then p=math.max(p,m.p)end\nif m and(s=='-' or s==m.s)and p==m.p then return m end\nif m and(s=='-' or m.s=='-' or s==m.s)then\nif m.au=='barred' then m.X=m.X+p - m.p end\nm.p,m.s=p,s=='-' and m.s or s\nelse\nm={au='barred',an=an,X=b+p,floor=m and m.floor or 0,S=m and m.S or 0,p=p,s=s}\nend\nbh(m)\nreturn m\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "c114451a451a7157ac225f1ce6f1937765561794",
  keyLockingDigest: "758962dfc90c6c70fa66e2defc896ded6fcdab3b",
  acknowledged: granted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,aE,Z=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=aa(e)\nlocal b,f=I()\nlocal r=M(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal aO=aE=='barge-steal'\nlocal H=J(r,b)\nif r.j~='-' and not aO then\nlocal bw=r.j\nD(r,b,f)\nH=H or r.j~=bw\nend\nlocal function Q(y)\nif aO then\nD(r,b,f)\nH=true\nend\nif H then z(r,b)end\nreturn y\nend\nlocal L=K(r,a.c)\nif L then return Q({'granted',L.d,L.g - b,L.k,b})end\nif aG(r,a.c,b)then return Q({'ended'})end\nif r.l~=tonumber(l)and not aX(r,e)then return Q({'kind',r.kind,r.l})end\nif aO then\naV(r)\nr.A=0\nend\nlocal bD=r.A<=b and r.F+a.o<=r.l\nif bD and(r.j=='-' or string.sub(aE,1,5)=='barge')then\nbb(r,e)\naA(r,a,a.N,b,f)\naU(r,b)\nH=true\nreturn Q({'granted',r.d,a.N,a.k,b})\nend\nlocal ad=r.t+(r.j=='-' and 0 or 1)\nlocal aB=math.max(b - math.floor(r.d/1000),0)\nif string.sub(aE,-3)=='try' then return Q({'held',af(r,b),aB,ad,b})end\nif Z>0 and ad>=Z and not aX(r,e)then return Q({'full',af(r,b),aB,ad,b})end\nlocal bE=bz(r,e,b,f)\nH=true\nreturn Q({'queued',af(r,b),aB,bE,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "4a951f86aad8e605c8990f5bca0cb98ac829fe62",
  keyLockingDigest: "2345c3a00c4a8692e7acb823ba193ca2c24ce8de",
  acknowledged: granted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=aa(ARGV[1])\nlocal b,f=I()\nlocal ag,L={},0\nfor i=1,#KEYS/T do\nlocal r=M(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nif aG(r,a.c,b)then return{'ended'}end\nif r.c==a.c then L=L+1 end\nag[i]=r\nend\nlocal y={'granted',a.N,a.k,b}\nfor i,r in ipairs(ag)do\nif L<#ag and(r.c~='-' or r.j~='-' or r.A>b)then\nreturn{'held',i,af(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(ag)do\nif L<#ag then\naA(r,a,a.N,b,f)\nz(r,b)\nelse\ny[2],y[3]=math.min(y[2],r.g - b),r.k\nend\ny[4+i]=r.d\nend\nreturn y";
  },
};

export const admitScript: Script = {
  name: "admit",
  digest: "dd9d9ffe4e7a7f41108d57cb3e84bae02d697775",
  keyLockingDigest: "44c8848050a7c7d718225f8e0a7b5da9c5972ccb",
  get source() {
    return record + "\n" + member + "\n" + "local b=I()\nlocal m=bI(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nif m.au=='voting' then return 1 end\nif ARGV[4]~='' and(m.an~=ARGV[4]or m.X>b)then return 0 end\nm.au='voting'\nm.floor=math.max(m.floor,m.S,tonumber(ARGV[5]))\nm.S=m.floor\nbh(m)\nreturn 1";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "0962d8c061f99c8970129cd9c89bcc8425ed3a26",
  keyLockingDigest: "f5be866fdd226134dbe7f72a10aacddfbcdea5fb",
  acknowledged: converted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,x,o=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nlocal H=J(r,b)\nlocal h=K(r,c)\nlocal y={'lost'}\nif h and h.k==k and h.d>d and h.x==x then\ny={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.F - h.o+o>r.l then\ny={'refused'}\nelse\nr.d=math.max(r.d+1,f)\nr.F=r.F - h.o+o\nh.d,h.x,h.o=r.d,x,o\naI(r,c,h,b)\ny={'converted',h.d,h.g - b}\nH=true\nend\nend\nif H then\nD(r,b,f)\nz(r,b)\nend\nreturn y";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "12e19a929f44717e3ed5318c14cdbffe89ebfa20",
  keyLockingDigest: "429319a648b9042f0ddda96fff4f35f38d5121ee",
  acknowledged: extended,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=I()\nlocal aL={}\nfor i=1,#KEYS/T do\nlocal c,k,N=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=M(i)\nlocal h=r and K(r,c)\naL[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+N)\naI(r,c,h,b)\naL[i]=h.g - b\nif r.j~='-' then bi(r,b)end\nz(r,b)\nelseif r and J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nend\nreturn aL";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "16fd72e1265c8a061f34c2cd8f2dcf1a872488c3",
  keyLockingDigest: "4ab038ebf640d461395c71f3732f3c5cb7d6dd7a",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nif ab(r.G,'!' .. c)then return 1 end\nif ab(r.G,'.' .. c)then return 0 end\nJ(r,b)\nlocal aW=aV(r)\nr.G=aM(r.G,(aW and '!' or '.').. c)\nD(r,b,f)\nz(r,b)\nreturn aW and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "9aab123f7982b1ac84142ed4bb20686f00d02d8e",
  keyLockingDigest: "a0afdd01d9ae6fe66b0347cd5c3466ee82880444",
  acknowledged: guarded,
  get source() {
    return "local bs=16\nredis.call('STRLEN',KEYS[1])\nlocal ai,bH=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ai then return{'kind'}end\nlocal d,bm,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ai)>d then return tonumber(ai)end\nif ARGV[5]=='get' then\nif tonumber(ai)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aK,aD=string.format('%s %s:%s',ARGV[1],bm,ARGV[3]),1\nif tonumber(ai)==d then\nfor bg,ba in string.gmatch(bH,' (%S+):(%d+)')do\nif bg==bm then\nif tonumber(ba)>=number then return d end\nelseif aD<bs then\naK,aD=aK .. ' ' .. bg .. ':' .. ba,aD+1\nend\nend\nend\nredis.call('SET',KEYS[2],aK,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "8620dd5b4673f784acac29a543c30acf74efaa1b",
  keyLockingDigest: "8ddbfa88c121757ae5645ba1b9709008c91a91d0",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local Z=tonumber(ARGV[1])\nlocal b,f=I()\nlocal r=M(1)\nif not r then return{'kind'}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nlocal U={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then U=redis.call('ZRANGE',r.V,0,Z - 1)end\nlocal P,ad={},{}\nfor _,c in ipairs(U)do\nlocal h=K(r,c)\nif h then\nfor _,aP in ipairs({redis.sha1hex(c),h.g,h.d,h.o,h.x,h.w})do table.insert(P,aP)end\nend\nend\nlocal function Y(u,e)\nlocal a=aa(e)\nfor _,aP in ipairs({redis.sha1hex(a.c),math.floor(u/1000),a.o,a.x,a.w})do table.insert(ad,aP)end\nend\nif r.j~='-' then Y(j(r))end\nlocal queued=Z>1 and r.t>0 and redis.call('ZRANGE',r.E,0,Z - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do Y(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.F,r.d,b,r.A,r.t+(r.j=='-' and 0 or 1),P,ad}";
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
  digest: "e96e111d5c8070e20cb9db1bc172c5db6693dc71",
  keyLockingDigest: "e197bc6fcd23340650d49a971c51fc0927d14bcc",
  plain: true,
  get source() {
    return "local aH=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(aH[2],1,aH[1])\nreturn aH[2]";
  },
};

export const membershipScript: Script = {
  name: "membership",
  digest: "730fc720ac787d38eb5e65e19a357ef7d26eb745",
  keyLockingDigest: "2c62ebfe6a8fa633754e754852894b96c3cf1492",
  get source() {
    return record + "\n" + member + "\n" + "local b,f=I()\nlocal m=bI(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nreturn{m.an,m.au,math.max(m.X - b,0),math.max(m.S,m.floor,f),b}";
  },
};

export const raiseScript: Script = {
  name: "raise",
  digest: "bf22a3d8b197caa3ff964cc6513b843f76061a01",
  keyLockingDigest: "78d983c88f9fc40d38aa64cf5d64fc5918dc5b9b",
  acknowledged: raised,
  get source() {
    return record + "\n" + holders + "\n" + member + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal b=I()\nlocal m,s=bG(),bF(ARGV[3])\nif not m or m.au~='voting' or s~='-' and s~=m.s then return 0 end\nlocal ag={}\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i)\nlocal h=r and K(r,c)\nif not h or h.k~=k or h.g<=b or r.d>tonumber(ARGV[3+i])then return 0 end\nag[i]=r\nend\nfor i,r in ipairs(ag)do\nr.d=tonumber(ARGV[3+i])\nbJ(m,r.d)\nz(r,b)\nend\nreturn 1";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "7114bad36a33f89208007f47ef48e06a9822e804",
  keyLockingDigest: "047ca4d0e368c48941b5e3889aa2bcdd98cc7b8e",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ah={}\nfor i=1,#KEYS/T do\nlocal d=tonumber(ARGV[2+i])\nlocal r=M(i)\nlocal h=r and K(r,c)\nif h and h.k==k then\nal(r,c,h,'ah')\nlocal b,f\nif r.j~='-' then\nb,f=I()\nJ(r,b)\nD(r,b,f)\nend\nz(r,b)\nah[i]=1\nelse\nlocal R=r and not h and r.aj>0 and d>=r.aj and d<=r.d\nah[i]=R and not ab(r.G,c)and 1 or 0\nend\nend\nreturn ah";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "cb1f9d47c9dbd5b5479cee239605092c158a3400",
  keyLockingDigest: "bb31e72073858fa474ba0f18171c52248580e225",
  acknowledged: resized,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=I()\nlocal r=M(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif ab(r.G,call)then return r.l end\nr.G=aM(r.G,call)\nr.l=tonumber(ARGV[2])\nJ(r,b)\nD(r,b,f)\nz(r,b)\nreturn r.l";
  },
};

export const surveyScript: Script = {
  name: "survey",
  digest: "d6c5fc94838457449ccce0ef7797cd4939878bfd",
  keyLockingDigest: "1fa82418af37331c171adb1d2a135cc17d4f5f38",
  plain: true,
  get source() {
    return record + "\n" + holders + "\n" + "local bL=10\nlocal b=I()\nlocal bQ,bO,bT={},0,{}\nlocal function au(v)\nlocal aJ=redis.pcall('GET',v)\nlocal ac={string.match(type(aJ)=='string' and aJ or '',bt)}\nif not ac[1]or ac[1]=='unused' then return nil end\nlocal r={P=v .. ':holders',V=v .. ':expiries'}\nfor n,W in ipairs(aQ)do r[W]=bu[W]and ac[n]or tonumber(ac[n])end\nreturn r\nend\nlocal function bR(r)\nif r.kind=='mutex' then\nif r.c~='-' and r.g>b then return 1,r.c end\nr.F=0\nreturn 0\nend\nif r.F==0 then return 0 end\nlocal am=redis.call('ZRANGEBYSCORE',r.V,'-inf',O(b))\nfor _,c in ipairs(am)do\nlocal h=K(r,c)\nr.F=r.F -(h and h.o or 0)\nend\nreturn redis.call('ZCARD',r.V)-#am,redis.call('ZRANGE',r.V,#am,#am)[1]\nend\nlocal function bS(v)\nif bT[v]then return end\nbT[v]=true\nlocal r=au(v)\nif not r then return end\nlocal bP,c=bR(r)\nlocal h=c and K(r,c)\nbO=bO+1\nfor _,aP in ipairs({v,r.kind,r.l,r.F,bP,r.t+(r.j=='-' and 0 or 1),r.d})do table.insert(bQ,aP)end\nfor _,aP in ipairs(h and{redis.sha1hex(c),h.g,h.d,h.x,h.w}or{'',0,0,'','-'})do table.insert(bQ,aP)end\nend\nfor i=1,#KEYS,T do bS(KEYS[i])end\nlocal bM=ARGV[1]\nfor _=1,#KEYS==0 and bL or 0 do\nlocal aH=redis.call('SCAN',bM,'MATCH',ARGV[2],'COUNT',ARGV[3])\nbM=aH[1]\nfor _,v in ipairs(aH[2])do bS(v)end\nif bM=='0' or bO>=tonumber(ARGV[3])then break end\nend\nreturn{bM,b,bQ}";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "3acca4cd6121b61604d9e72351b522f655622ecf",
  keyLockingDigest: "447740d5c1c18156d114011419764ffb7455319f",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=aa(e)\nlocal b,f=I()\nfor i=1,#KEYS/T do\nlocal r=M(i,kind,l)\nif r then\nlocal h=K(r,a.c)\nif h and h.k==a.k then al(r,a.c,h,'ah')end\nbb(r,e)\nbC(r,a.c,b)\nJ(r,b)\nD(r,b,f)\nz(r,b)\nend\nend\nreturn 1";
  },
};

export const unvoteScript: Script = {
  name: "unvote",
  digest: "52b84e3fc6ac9ba0527994ca6e39e75db7f7cc0e",
  keyLockingDigest: "cf3f9da20b65089ec0a1677ac9404d8f1576e12e",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,bN,k=ARGV[1],ARGV[2]=='final',ARGV[3]\nlocal b,f=I()\nlocal bU={}\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i,'mutex','1')\nbU[i]=0\nif r then\nlocal h=K(r,c)\nlocal L=h and(h.k==k or bN and string.sub(h.k,1,#k+1)==k .. '.')\nif L or bN and ab(r.ah,c)then bU[i]=1 end\nlocal ah=r.ah\nif L and not bN and r.az>b and redis.call('ZSCORE',r.av,'+' .. k)then L=false end\nif L then al(r,c,h,'ah')end\nif not bN then r.ah=ah end\nif not bN or not L then\nbC(r,bN and c or k,b)\nend\nJ(r,b)\nD(r,b,f)\nz(r,b)\nend\nend\nreturn bU";
  },
};

export const voteScript: Script = {
  name: "vote",
  digest: "b53547fdc564454a92bace2d97217cfaa975bba4",
  keyLockingDigest: "bf6951eb21329583260693a9bad5674e0aa84778",
  acknowledged: voted,
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + member + "\n" + "local a=aa(ARGV[1])\nlocal b,f=I()\nlocal m=bI(ARGV[2],tonumber(ARGV[3]),ARGV[4],b)\nif m.au~='voting' then return{m.an,'barred',math.max(m.X - b,0)}end\nlocal bK=4\nlocal ay=string.sub(a.k,1,-bK - 1)\nlocal ag,L={},0\nfor i=1,math.floor(#KEYS/T)do\nlocal r=M(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif J(r,b)then\nD(r,b,f)\nz(r,b)\nend\nif aG(r,a.c,b)or aG(r,a.k,b)then return{m.an,'ended'}end\nif r.c==a.c and r.k~=a.k and string.sub(r.k,1,-bK - 1)==ay then\nif r.k>a.k then return{m.an,'ended'}end\nlocal ah=r.ah\nal(r,a.c,K(r,a.c),'ah')\nr.ah=ah\nend\nif r.c==a.c then L=L+1 end\nag[i]=r\nend\nlocal y={m.an,'granted',a.N,a.k,b}\nfor i,r in ipairs(ag)do\nif L<#ag and(r.c~='-' or r.j~='-' or r.A>b)then\nreturn{m.an,'held',i,af(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(ag)do\nif L<#ag then\nr.d=math.max(r.d,m.floor,r.bB and m.S or 0)\naA(r,a,a.N,b,f)\nbJ(m,r.d)\nz(r,b)\nelse\ny[3],y[4]=math.min(y[3],r.g - b),r.k\nif r.k~=a.k then\nbC(r,'+' .. r.k,b)\nz(r,b)\nend\nend\ny[5+i]=r.d\nend\nreturn y";
  },
};
