// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import type { Script } from "../store/script.ts";

const record = "local ao,aK,aJ,aL=60000,120000,60000,16\nlocal aI={'kind','l','C','d','ad','g','k','c','o','t','ab',\n'D','ar','x','z','p','q','j'}\nlocal bi='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bj={kind=1,k=1,c=1,t=1,ab=1,D=1,j=1}\nlocal bk=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal P=5\nlocal function F()\nlocal ba=redis.call('TIME')\nlocal f=ba[1]*1000000+ba[2]\nreturn math.floor(f/1000),f\nend\nlocal function L(number)return string.format('%.0f',number)end\nlocal function J(i,kind,l)\nlocal at=P*(i - 1)\nlocal aC=redis.pcall('GET',KEYS[at+1])\nif type(aC)=='table' then return nil end\nlocal X={string.match(aC or(kind or 'unused').. ' ' ..(l or '1').. bk,bi)}\nif not X[1]then return nil end\nlocal r={bq=not aC}\nfor n,S in ipairs(aI)do r[S]=bj[S]and X[n]or tonumber(X[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.y,r.ay=r.j,{}\nr.s,r.B,r.M,r.R,r.am=unpack(KEYS,at+1,at+P)\nreturn r\nend\nlocal function w(r,b)\nlocal X={}\nfor n,S in ipairs(aI)do X[n]=type(r[S])=='number' and L(r[S])or r[S]end\nlocal e=table.concat(X,' ')\nif b then\nlocal bp=math.max(math.max(r.g,r.x,math.ceil(r.d/1000),b)+ao,r.z,r.ar)\nredis.call('SET',r.s,e,'PX',L(bp - b))\nelseif r.bq then\nredis.call('SET',r.s,e,'PX',ao)\nelse\nredis.call('SET',r.s,e,'KEEPTTL')\nend\nfor _,aU in ipairs(r.ay)do redis.call('PUBLISH',aU[1],aU[2])end\nr.ay={}\nend\nlocal function W(T,aq)\nreturn string.find(',' .. T .. ',',',' .. aq .. ',',1,true)~=nil\nend\nlocal function aF(T,aq)\nlocal z,count=aq,1\nfor aW in string.gmatch(T,'[^,]+')do\nif count==aL then break end\nif aW~='-' then z,count=z .. ',' .. aW,count+1 end\nend\nreturn z\nend\nlocal function az(r,c,b)\nreturn W(r.ab,c)or W(r.D,c)\nor r.ar>b and redis.call('ZSCORE',r.am,c)~=false\nend\nlocal function keep(r,bm,b,aZ)\nif aZ>r.z then\nr.z=aZ+ao\nelseif not bm then\nreturn\nend\nfor _,s in ipairs(r.kind=='mutex' and{r.B}or{r.B,r.M,r.R})do\nredis.call('PEXPIRE',s,L(r.z - b))\nend\nend";

const holders = "local bf='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal bd='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function V(e)\nlocal a={}\na.c,a.k,a.K,a.m,a.u,a.o,a.ap,a.ak,a.ae,a.aV,a.t=string.match(e,bd)\na.K,a.m,a.o,a.ap,a.ak=tonumber(a.K),tonumber(a.m),tonumber(a.o),tonumber(a.ap),tonumber(a.ak)\nreturn a\nend\nlocal function H(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,m=1,u='exclusive',o=r.o,t=r.t}\nend\nlocal e=redis.call('HGET',r.M,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.m,h.u,h.o,h.t=string.match(e,bf)\nh.g,h.d,h.m,h.o=tonumber(h.g),tonumber(h.d),tonumber(h.m),tonumber(h.o)\nreturn h\nend\nlocal function aB(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t=c,h.k,h.g,h.o,h.t\nreturn\nend\nredis.call('HSET',r.M,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.m,h.u,h.o,h.t))\nredis.call('ZADD',r.R,L(h.g),c)\nkeep(r,r.C==0,b,h.g)\nend\nlocal function af(r,c,h,aQ)\nr[aQ]=aF(r[aQ],c)\nr.C=r.C - h.m\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.M,c)\nredis.call('ZREM',r.R,c)\nend\nlocal function aN(r)\nlocal Q=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.M)\nfor _,c in ipairs(Q)do af(r,c,H(r,c),'D')end\nif#Q>aL then r.ad=r.d+1 end\nreturn#Q>0\nend\nlocal function as(r,a,ah,b,f)\nr.d=math.max(r.d+1,f)\nif r.ad==0 then r.ad=r.d end\naB(r,a.c,{g=b+ah,d=r.d,k=a.k,m=a.m,u=a.u,o=a.o,t=a.t},b)\nr.C=r.C+a.m\nend\nlocal function G(r,b)\nlocal ag={}\nif r.kind~='mutex' then\nag=redis.call('ZRANGEBYSCORE',r.R,'-inf',L(b))\nelseif r.c~='-' and r.g<=b then\nag={r.c}\nend\nfor _,c in ipairs(ag)do\nlocal h=H(r,c)\nr.x=h.o>0 and math.max(r.x,h.g+h.o)or r.x\naf(r,c,h,'D')\nend\nreturn#ag>0\nend\nlocal function Z(r,b)\nif r.x>b then return r.x - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.R,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local be=5\nlocal bg=100\nlocal function al(r)\nr.j='-'\nif r.p==0 then return end\nlocal aj=redis.call('ZPOPMIN',r.B)\nr.p=aj[1]and r.p - 1 or 0\nif aj[1]then r.j=aj[2].. ' ' .. aj[1]end\nend\nlocal function j(r)\nlocal q,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(q),e\nend\nlocal function bo(r,e,b,f)\nlocal _,y=j(r)\nif y==e then return 1 end\nlocal q=math.max(r.q+1,f)\nif not y then\nr.q,r.j=q,L(q).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.B,'NX',L(q),e)==1 then\nr.q,r.p=q,r.p+1\nkeep(r,r.p==1,b,b+aK)\nreturn r.p+1\nend\nr.p=redis.call('ZCARD',r.B)\nkeep(r,false,b,b+aK)\nreturn redis.call('ZRANK',r.B,e)+2\nend\nlocal function aP(r,e)\nlocal _,y=j(r)\nreturn y==e or r.p>0 and redis.call('ZSCORE',r.B,e)~=false\nend\nlocal function aS(r,e)\nlocal _,y=j(r)\nif y==e then\nal(r)\nelseif r.p>0 and redis.call('ZREM',r.B,e)==1 then\nr.p=r.p - 1\nend\nend\nlocal function an(e,ai)\nlocal a=V(e)\nreturn a.ae=='-' or redis.call('PUBLISH',a.ae,string.format('first %s %.0f',a.aV,ai))>0\nend\nlocal function aY(r,b)\nlocal _,e=j(r)\nlocal ai=Z(r,b)\nif an(e,ai)or r.p==0 then return end\nfor _,bn in ipairs(redis.call('ZRANGE',r.B,0,be - 1))do\nif an(bn,ai)then return end\nend\nend\nlocal function aM(r,b)\nif r.j~='-' and r.j~=r.y then aY(r,b)end\nr.y=r.j\nend\nlocal function A(r,b,f)\nlocal av=0\nwhile r.j~='-' and r.x<=b do\nlocal q,e=j(r)\nlocal a=V(e)\nif a.ak>0 and q/1000+a.ak<b then\nal(r)\nelseif a.m>r.l or H(r,a.c)or az(r,a.c,b)then\nal(r)\nan(e,0)\nelseif r.C+a.m>r.l then\nbreak\nelseif av==bg then\nan(e,0)\nr.y=r.j\nbreak\nelse\nlocal ah=math.min(a.K,a.ap)\nav=av+1\nal(r)\nas(r,a,ah,b,f)\nif a.ae~='-' then table.insert(r.ay,{a.ae,string.format('granted %s %.0f %.0f %.0f',a.aV,r.d,b,ah)})end\nend\nend\naM(r,b)\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "020a9959c5ba17cf5da1cb3991765ccbb378890c",
  keyLockingDigest: "130e14edcdb7490cd6b02e58cbfc18b67cce13ab",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,ax,U=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=V(e)\nlocal b,f=F()\nlocal r=J(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal aG=ax=='barge-steal'\nlocal E=G(r,b)\nif r.j~='-' and not aG then\nlocal bl=r.j\nA(r,b,f)\nE=E or r.j~=bl\nend\nlocal function N(v)\nif aG then\nA(r,b,f)\nE=true\nend\nif E then w(r,b)end\nreturn v\nend\nlocal I=H(r,a.c)\nif I then return N({'granted',I.d,I.g - b,I.k,b})end\nif az(r,a.c,b)then return N({'ended'})end\nif r.l~=tonumber(l)and not aP(r,e)then return N({'kind',r.kind,r.l})end\nif aG then\naN(r)\nr.x=0\nend\nlocal br=r.x<=b and r.C+a.m<=r.l\nif br and(r.j=='-' or string.sub(ax,1,5)=='barge')then\naS(r,e)\nas(r,a,a.K,b,f)\naM(r,b)\nE=true\nreturn N({'granted',r.d,a.K,a.k,b})\nend\nlocal Y=r.p+(r.j=='-' and 0 or 1)\nlocal au=math.max(b - math.floor(r.d/1000),0)\nif string.sub(ax,-3)=='try' then return N({'held',Z(r,b),au,Y,b})end\nif U>0 and Y>=U and not aP(r,e)then return N({'full',Z(r,b),au,Y,b})end\nlocal bs=bo(r,e,b,f)\nE=true\nreturn N({'queued',Z(r,b),au,bs,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "ca888a00e3c2e92f9c018d180745edbb22db5fba",
  keyLockingDigest: "191ddbcbedfca72d153ff49d0f69cbd9514af83b",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=V(ARGV[1])\nlocal b,f=F()\nlocal aa,I={},0\nfor i=1,#KEYS/P do\nlocal r=J(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nif az(r,a.c,b)then return{'ended'}end\nif r.c==a.c then I=I+1 end\naa[i]=r\nend\nlocal v={'granted',a.K,a.k,b}\nfor i,r in ipairs(aa)do\nif I<#aa and(r.c~='-' or r.j~='-' or r.x>b)then\nreturn{'held',i,Z(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(aa)do\nif I<#aa then\nas(r,a,a.K,b,f)\nw(r,b)\nelse\nv[2],v[3]=math.min(v[2],r.g - b),r.k\nend\nv[4+i]=r.d\nend\nreturn v";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "c3aa8273b3e9e0bb410044d027a2086a92a9a744",
  keyLockingDigest: "2c8789cfdef3e55c417932bbdee0d18c3939ed50",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,u,m=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nlocal E=G(r,b)\nlocal h=H(r,c)\nlocal v={'lost'}\nif h and h.k==k and h.d>d and h.u==u then\nv={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.C - h.m+m>r.l then\nv={'refused'}\nelse\nr.d=math.max(r.d+1,f)\nr.C=r.C - h.m+m\nh.d,h.u,h.m=r.d,u,m\naB(r,c,h,b)\nv={'converted',h.d,h.g - b}\nE=true\nend\nend\nif E then\nA(r,b,f)\nw(r,b)\nend\nreturn v";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "697c9019c2c8d4cca4ea07828a5aba799b09804c",
  keyLockingDigest: "98e7930e039defd5a51dcf2377847b963f2498f3",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=F()\nlocal aE={}\nfor i=1,#KEYS/P do\nlocal c,k,K=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=J(i)\nlocal h=r and H(r,c)\naE[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+K)\naB(r,c,h,b)\naE[i]=h.g - b\nif r.j~='-' then aY(r,b)end\nw(r,b)\nelseif r and G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nend\nreturn aE";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "9a1d5747921637bb7a751adbf7b8f71d9bd330af",
  keyLockingDigest: "45ec4d0d1010a02db127c6d02426a8bf1868b960",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nif W(r.D,'!' .. c)then return 1 end\nif W(r.D,'.' .. c)then return 0 end\nG(r,b)\nlocal aO=aN(r)\nr.D=aF(r.D,(aO and '!' or '.').. c)\nA(r,b,f)\nw(r,b)\nreturn aO and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "c55210cf05600db7f10945617b679f84d1b8af89",
  keyLockingDigest: "9cc3a83e8b5203d260973c6ba9701104e8fd4c61",
  get source() {
    return "local bh=16\nredis.call('STRLEN',KEYS[1])\nlocal ac,bt=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ac then return{'kind'}end\nlocal d,bc,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ac)>d then return tonumber(ac)end\nif ARGV[5]=='get' then\nif tonumber(ac)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aD,aw=string.format('%s %s:%s',ARGV[1],bc,ARGV[3]),1\nif tonumber(ac)==d then\nfor aX,aR in string.gmatch(bt,' (%S+):(%d+)')do\nif aX==bc then\nif tonumber(aR)>=number then return d end\nelseif aw<bh then\naD,aw=aD .. ' ' .. aX .. ':' .. aR,aw+1\nend\nend\nend\nredis.call('SET',KEYS[2],aD,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "8bfbdb8edf6a11d396c12406f696aaed0ff4421e",
  keyLockingDigest: "aa0dbf1c188d432c1a1222141fef402904f82f46",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local U=tonumber(ARGV[1])\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nif G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nlocal Q={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then Q=redis.call('ZRANGE',r.R,0,U - 1)end\nlocal M,Y={},{}\nfor _,c in ipairs(Q)do\nlocal h=H(r,c)\nif h then\nfor _,aH in ipairs({redis.sha1hex(c),h.g,h.d,h.m,h.u,h.t})do table.insert(M,aH)end\nend\nend\nlocal function T(q,e)\nlocal a=V(e)\nfor _,aH in ipairs({redis.sha1hex(a.c),math.floor(q/1000),a.m,a.u,a.t})do table.insert(Y,aH)end\nend\nif r.j~='-' then T(j(r))end\nlocal queued=U>1 and r.p>0 and redis.call('ZRANGE',r.B,0,U - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do T(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.C,r.d,b,r.x,r.p+(r.j=='-' and 0 or 1),M,Y}";
  },
};

export const latchScript: Script = {
  name: "latch",
  digest: "26bfd3f8900cdec7d67ad204da72bb0437093e58",
  keyLockingDigest: "b46250c48d1d16155043dfbbd4dfce4ad1e3ba89",
  get source() {
    return "local s,c=KEYS[1],'+' .. ARGV[3]\nlocal latch=redis.pcall('HMGET',s,'count','left','keep',c)\nif latch.err then\nlocal aT=redis.pcall('GET',s)\nlocal kind,l=string.match(type(aT)=='string' and aT or '','^(%l+) (%d+) ')\nreturn{'kind',kind or '',tonumber(l or 0)}\nend\nlocal count,left,z,bb=unpack(latch)\nlocal O=count and left and z\nif O and count~=ARGV[1]then return{'kind','latch',tonumber(count)}end\nif not O and redis.call('EXISTS',s)==1 then return{'kind','',0}end\nif bb then return tonumber(bb)end\nleft=tonumber(O and left or ARGV[1])\nlocal keep=math.max(tonumber(ARGV[2]),tonumber(O and z or 0))\nif left>0 and c~='+' then\nleft=math.max(left - tonumber(ARGV[4]),0)\nredis.call('HSET',s,'count',ARGV[1],'left',left,'keep',keep,c,left)\nredis.call('PEXPIRE',s,keep)\nif left==0 then redis.call('PUBLISH',ARGV[5],'ask')end\nelseif left>0 and O and ARGV[2]~='0' then\nredis.call('PEXPIRE',s,keep)\nend\nreturn left";
  },
};

export const listScript: Script = {
  name: "list",
  digest: "db5151ab6e26ccf35c506ac591282dd1a0d6c718",
  keyLockingDigest: "5bde9e68d461cd11c98bb5db6adb88f774c79bf8",
  plain: true,
  get source() {
    return "local aA=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(aA[2],1,aA[1])\nreturn aA[2]";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "87ddaf0259c5a2f06a015b563b7cd3010b7448fd",
  keyLockingDigest: "644f1f381478e740b4f917fc591539269b86fc73",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ab={}\nfor i=1,#KEYS/P do\nlocal d=tonumber(ARGV[2+i])\nlocal r=J(i)\nlocal h=r and H(r,c)\nif h and h.k==k then\naf(r,c,h,'ab')\nlocal b,f\nif r.j~='-' then\nb,f=F()\nG(r,b)\nA(r,b,f)\nend\nw(r,b)\nab[i]=1\nelse\nlocal O=r and not h and r.ad>0 and d>=r.ad and d<=r.d\nab[i]=O and not W(r.D,c)and 1 or 0\nend\nend\nreturn ab";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "c5270e440ab4e11f17bbd3968bc603862bc9b728",
  keyLockingDigest: "c10c89dbebe20f3b7d776147738f7698a8092126",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=F()\nlocal r=J(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif W(r.D,call)then return r.l end\nr.D=aF(r.D,call)\nr.l=tonumber(ARGV[2])\nG(r,b)\nA(r,b,f)\nw(r,b)\nreturn r.l";
  },
};

export const surveyScript: Script = {
  name: "survey",
  digest: "5a7145293a4bc5837ddafac71a66a9b3b7844184",
  keyLockingDigest: "33a4e8bd2b71b0f92a6ba863ec07b3534a0bf649",
  plain: true,
  get source() {
    return record + "\n" + holders + "\n" + "local bu=10\nlocal b=F()\nlocal by,bw,bB={},0,{}\nlocal function bC(s)\nlocal aC=redis.pcall('GET',s)\nlocal X={string.match(type(aC)=='string' and aC or '',bi)}\nif not X[1]or X[1]=='unused' then return nil end\nlocal r={M=s .. ':holders',R=s .. ':expiries'}\nfor n,S in ipairs(aI)do r[S]=bj[S]and X[n]or tonumber(X[n])end\nreturn r\nend\nlocal function bz(r)\nif r.kind=='mutex' then\nif r.c~='-' and r.g>b then return 1,r.c end\nr.C=0\nreturn 0\nend\nif r.C==0 then return 0 end\nlocal ag=redis.call('ZRANGEBYSCORE',r.R,'-inf',L(b))\nfor _,c in ipairs(ag)do\nlocal h=H(r,c)\nr.C=r.C -(h and h.m or 0)\nend\nreturn redis.call('ZCARD',r.R)-#ag,redis.call('ZRANGE',r.R,#ag,#ag)[1]\nend\nlocal function bA(s)\nif bB[s]then return end\nbB[s]=true\nlocal r=bC(s)\nif not r then return end\nlocal bx,c=bz(r)\nlocal h=c and H(r,c)\nbw=bw+1\nfor _,aH in ipairs({s,r.kind,r.l,r.C,bx,r.p+(r.j=='-' and 0 or 1),r.d})do table.insert(by,aH)end\nfor _,aH in ipairs(h and{redis.sha1hex(c),h.g,h.d,h.u,h.t}or{'',0,0,'','-'})do table.insert(by,aH)end\nend\nfor i=1,#KEYS,P do bA(KEYS[i])end\nlocal bv=ARGV[1]\nfor _=1,#KEYS==0 and bu or 0 do\nlocal aA=redis.call('SCAN',bv,'MATCH',ARGV[2],'COUNT',ARGV[3])\nbv=aA[1]\nfor _,s in ipairs(aA[2])do bA(s)end\nif bv=='0' or bw>=tonumber(ARGV[3])then break end\nend\nreturn{bv,b,by}";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "ad2f34a080256e4c7fc17eb53b6488db81ee1fab",
  keyLockingDigest: "b4ac0a80c9edf5ddb2e65415df4df7c50f5f2bc5",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=V(e)\nlocal b,f=F()\nfor i=1,#KEYS/P do\nlocal r=J(i,kind,l)\nif r then\nlocal h=H(r,a.c)\nif h and h.k==a.k then af(r,a.c,h,'ab')end\naS(r,e)\nr.ar=b+aJ\nredis.call('ZREMRANGEBYSCORE',r.am,'-inf',L(b))\nredis.call('ZADD',r.am,L(r.ar),a.c)\nredis.call('PEXPIRE',r.am,aJ)\nG(r,b)\nA(r,b,f)\nw(r,b)\nend\nend\nreturn 1";
  },
};
