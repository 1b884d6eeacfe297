// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import type { Script } from "../store/script.ts";

const record = "local an,aH,aG,be=60000,120000,60000,16\nlocal aF={'kind','l','A','e','ao','g','k','c','o','t','ab',\n'B','ar','D','y','p','q','j'}\nlocal bd='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bf={kind=1,k=1,c=1,t=1,ab=1,B=1,j=1}\nlocal bg=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal P=5\nlocal function C()\nlocal aV=redis.call('TIME')\nlocal f=aV[1]*1000000+aV[2]\nreturn math.floor(f/1000),f\nend\nlocal function K(number)return string.format('%.0f',number)end\nlocal function I(i,kind,l)\nlocal at=P*(i - 1)\nlocal aA=redis.pcall('GET',KEYS[at+1])\nif type(aA)=='table' then return nil end\nlocal X={string.match(aA or(kind or 'unused').. ' ' ..(l or '1').. bg,bd)}\nif not X[1]then return nil end\nlocal r={bm=not aA}\nfor n,S in ipairs(aF)do r[S]=bf[S]and X[n]or tonumber(X[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.x=r.j\nr.s,r.z,r.M,r.R,r.al=unpack(KEYS,at+1,at+P)\nreturn r\nend\nlocal function w(r,b)\nlocal X={}\nfor n,S in ipairs(aF)do X[n]=type(r[S])=='number' and K(r[S])or r[S]end\nlocal d=table.concat(X,' ')\nif b then\nlocal bl=math.max(math.max(r.g,r.D,math.ceil(r.e/1000),b)+an,r.y,r.ar)\nredis.call('SET',r.s,d,'PX',K(bl - b))\nelseif r.bm then\nredis.call('SET',r.s,d,'PX',an)\nelse\nredis.call('SET',r.s,d,'KEEPTTL')\nend\nend\nlocal function W(T,aq)\nreturn string.find(',' .. T .. ',',',' .. aq .. ',',1,true)~=nil\nend\nlocal function aD(T,aq)\nlocal y,count=aq,1\nfor aR in string.gmatch(T,'[^,]+')do\nif count==be then break end\nif aR~='-' then y,count=y .. ',' .. aR,count+1 end\nend\nreturn y\nend\nlocal function ax(r,c,b)\nreturn W(r.ab,c)or W(r.B,c)\nor r.ar>b and redis.call('ZSCORE',r.al,c)~=false\nend\nlocal function keep(r,bi,b,aU)\nif aU>r.y then\nr.y=aU+an\nelseif not bi then\nreturn\nend\nfor _,s in ipairs(r.kind=='mutex' and{r.z}or{r.z,r.M,r.R})do\nredis.call('PEXPIRE',s,K(r.y - b))\nend\nend";

const holders = "local ba='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal aY='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function V(d)\nlocal a={}\na.c,a.k,a.J,a.m,a.u,a.o,a.ap,a.ai,a.ac,a.aQ,a.t=string.match(d,aY)\na.J,a.m,a.o,a.ap,a.ai=tonumber(a.J),tonumber(a.m),tonumber(a.o),tonumber(a.ap),tonumber(a.ai)\nreturn a\nend\nlocal function F(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,e=r.e,k=r.k,m=1,u='exclusive',o=r.o,t=r.t}\nend\nlocal d=redis.call('HGET',r.M,c)\nif not d then return nil end\nlocal h={}\nh.g,h.e,h.k,h.m,h.u,h.o,h.t=string.match(d,ba)\nh.g,h.e,h.m,h.o=tonumber(h.g),tonumber(h.e),tonumber(h.m),tonumber(h.o)\nreturn h\nend\nlocal function az(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t=c,h.k,h.g,h.o,h.t\nreturn\nend\nredis.call('HSET',r.M,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.e,h.k,h.m,h.u,h.o,h.t))\nredis.call('ZADD',r.R,K(h.g),c)\nkeep(r,r.A==0,b,h.g)\nend\nlocal function ad(r,c,h,aL)\nr[aL]=aD(r[aL],c)\nr.A=r.A - h.m\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.M,c)\nredis.call('ZREM',r.R,c)\nend\nlocal function as(r,a,af,b,f)\nr.e=math.max(r.e+1,f)\nif r.ao==0 then r.ao=r.e end\naz(r,a.c,{g=b+af,e=r.e,k=a.k,m=a.m,u=a.u,o=a.o,t=a.t},b)\nr.A=r.A+a.m\nend\nlocal function E(r,b)\nlocal ae={}\nif r.kind~='mutex' then\nae=redis.call('ZRANGEBYSCORE',r.R,'-inf',K(b))\nelseif r.c~='-' and r.g<=b then\nae={r.c}\nend\nfor _,c in ipairs(ae)do\nlocal h=F(r,c)\nr.D=h.o>0 and math.max(r.D,h.g+h.o)or r.D\nad(r,c,h,'B')\nend\nreturn#ae>0\nend\nlocal function Z(r,b)\nif r.D>b then return r.D - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.R,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local aZ=5\nlocal bb=100\nlocal function aj(r)\nr.j='-'\nif r.p==0 then return end\nlocal ah=redis.call('ZPOPMIN',r.z)\nr.p=ah[1]and r.p - 1 or 0\nif ah[1]then r.j=ah[2].. ' ' .. ah[1]end\nend\nlocal function j(r)\nlocal q,d=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(q),d\nend\nlocal function bk(r,d,b,f)\nlocal _,x=j(r)\nif x==d then return 1 end\nlocal q=math.max(r.q+1,f)\nif not x then\nr.q,r.j=q,K(q).. ' ' .. d\nreturn 1\nend\nif redis.call('ZADD',r.z,'NX',K(q),d)==1 then\nr.q,r.p=q,r.p+1\nkeep(r,r.p==1,b,b+aH)\nreturn r.p+1\nend\nr.p=redis.call('ZCARD',r.z)\nkeep(r,false,b,b+aH)\nreturn redis.call('ZRANK',r.z,d)+2\nend\nlocal function aJ(r,d)\nlocal _,x=j(r)\nreturn x==d or r.p>0 and redis.call('ZSCORE',r.z,d)~=false\nend\nlocal function aN(r,d)\nlocal _,x=j(r)\nif x==d then\naj(r)\nelseif r.p>0 and redis.call('ZREM',r.z,d)==1 then\nr.p=r.p - 1\nend\nend\nlocal function am(d,ag)\nlocal a=V(d)\nreturn a.ac=='-' or redis.call('PUBLISH',a.ac,string.format('first %s %.0f',a.aQ,ag))>0\nend\nlocal function aT(r,b)\nlocal _,d=j(r)\nlocal ag=Z(r,b)\nif am(d,ag)or r.p==0 then return end\nfor _,bj in ipairs(redis.call('ZRANGE',r.z,0,aZ - 1))do\nif am(bj,ag)then return end\nend\nend\nlocal function aI(r,b)\nif r.j~='-' and r.j~=r.x then aT(r,b)end\nr.x=r.j\nend\nlocal function H(r,b,f)\nlocal av=0\nwhile r.j~='-' and r.D<=b do\nlocal q,d=j(r)\nlocal a=V(d)\nif a.ai>0 and q/1000+a.ai<b then\naj(r)\nelseif a.m>r.l or F(r,a.c)or ax(r,a.c,b)then\naj(r)\nam(d,0)\nelseif r.A+a.m>r.l then\nbreak\nelseif av==bb then\nam(d,0)\nr.x=r.j\nbreak\nelse\nlocal af=math.min(a.J,a.ap)\nav=av+1\naj(r)\nas(r,a,af,b,f)\nif a.ac~='-' then redis.call('PUBLISH',a.ac,string.format('granted %s %.0f %.0f %.0f',a.aQ,r.e,b,af))end\nend\nend\naI(r,b)\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "79e3bbbb4958ab523d4eeb6e178cbd264cecba9a",
  keyLockingDigest: "ca3e4d9f8fe18cc06bb7754f39261f3a3e23f509",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,d,aP,U=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=V(d)\nlocal b,f=C()\nlocal r=I(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal L=E(r,b)\nif r.j~='-' then\nlocal bh=r.j\nH(r,b,f)\nL=L or r.j~=bh\nend\nlocal function N(v)\nif L then w(r,b)end\nreturn v\nend\nlocal G=F(r,a.c)\nif G then return N({'granted',G.e,G.g - b,G.k,b})end\nif ax(r,a.c,b)then return N({'ended'})end\nif r.l~=tonumber(l)and not aJ(r,d)then return N({'kind',r.kind,r.l})end\nlocal bn=r.D<=b and r.A+a.m<=r.l\nif bn and(r.j=='-' or string.sub(aP,1,5)=='barge')then\naN(r,d)\nas(r,a,a.J,b,f)\naI(r,b)\nL=true\nreturn N({'granted',r.e,a.J,a.k,b})\nend\nlocal Y=r.p+(r.j=='-' and 0 or 1)\nlocal au=math.max(b - math.floor(r.e/1000),0)\nif string.sub(aP,-3)=='try' then return N({'held',Z(r,b),au,Y,b})end\nif U>0 and Y>=U and not aJ(r,d)then return N({'full',Z(r,b),au,Y,b})end\nlocal bo=bk(r,d,b,f)\nL=true\nreturn N({'queued',Z(r,b),au,bo,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "082614cdbb9e8216c61a9532f2f66a91243cb1ca",
  keyLockingDigest: "37cf2fb2d558dd6c6d874a8de3c16dc051a1ffd6",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=V(ARGV[1])\nlocal b,f=C()\nlocal aa,G={},0\nfor i=1,#KEYS/P do\nlocal r=I(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif E(r,b)then\nH(r,b,f)\nw(r,b)\nend\nif ax(r,a.c,b)then return{'ended'}end\nif r.c==a.c then G=G+1 end\naa[i]=r\nend\nlocal v={'granted',a.J,a.k,b}\nfor i,r in ipairs(aa)do\nif G<#aa and(r.c~='-' or r.j~='-' or r.D>b)then\nreturn{'held',i,Z(r,b),math.max(b - math.floor(r.e/1000),0),b}\nend\nend\nfor i,r in ipairs(aa)do\nif G<#aa then\nas(r,a,a.J,b,f)\nw(r,b)\nelse\nv[2],v[3]=math.min(v[2],r.g - b),r.k\nend\nv[4+i]=r.e\nend\nreturn v";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "24020681495e7925a6bccff8b475b875cbdb1729",
  keyLockingDigest: "24c36cf00e36874d9911fb975c7a536672202235",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,e,u,m=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=C()\nlocal r=I(1)\nif not r then return{'kind'}end\nlocal L=E(r,b)\nlocal h=F(r,c)\nlocal v={'lost'}\nif h and h.k==k and h.e>e and h.u==u then\nv={'converted',h.e,h.g - b}\nelseif h and h.k==k and h.e==e then\nif r.A - h.m+m>r.l then return{'refused'}end\nr.e=math.max(r.e+1,f)\nr.A=r.A - h.m+m\nh.e,h.u,h.m=r.e,u,m\naz(r,c,h,b)\nv={'converted',h.e,h.g - b}\nL=true\nend\nif L then\nH(r,b,f)\nw(r,b)\nend\nreturn v";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "6d40d858bd0970112adfaff3cdbbd763e37251c0",
  keyLockingDigest: "dbf26193e901ad2f6f8773cd98cc5f53a562fe36",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=C()\nlocal aC={}\nfor i=1,#KEYS/P do\nlocal c,k,J=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=I(i)\nlocal h=r and F(r,c)\naC[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+J)\naz(r,c,h,b)\naC[i]=h.g - b\nif r.j~='-' then aT(r,b)end\nw(r,b)\nelseif r and E(r,b)then\nH(r,b,f)\nw(r,b)\nend\nend\nreturn aC";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "c96e2b11a34626d6e9db02b52a6365b605078f1f",
  keyLockingDigest: "aed318f65c1a7ffbe432fae87aabe3865929fc6f",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=C()\nlocal r=I(1)\nif not r then return{'kind'}end\nif W(r.B,'!' .. c)then return 1 end\nif W(r.B,'.' .. c)then return 0 end\nE(r,b)\nlocal Q=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.M)\nfor _,aK in ipairs(Q)do ad(r,aK,F(r,aK),'B')end\nr.B=aD(r.B,(#Q>0 and '!' or '.').. c)\nH(r,b,f)\nw(r,b)\nreturn#Q>0 and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "f97162427f201aa5adde1f19d905c6fe8e7ae99d",
  keyLockingDigest: "930eff91b726409845d39820a1a8c7f4667e5765",
  get source() {
    return "local bc=16\nredis.call('STRLEN',KEYS[1])\nlocal ak,bp=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ak then return{'kind'}end\nlocal e,aX,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ak)>e then return tonumber(ak)end\nlocal aB,aw=string.format('%s %s:%s',ARGV[1],aX,ARGV[3]),1\nif tonumber(ak)==e then\nfor aS,aM in string.gmatch(bp,' (%S+):(%d+)')do\nif aS==aX then\nif tonumber(aM)>=number then return e end\nelseif aw<bc then\naB,aw=aB .. ' ' .. aS .. ':' .. aM,aw+1\nend\nend\nend\nredis.call('SET',KEYS[2],aB,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn e";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "289731f15eea114e27138156480030de0fcb4e42",
  keyLockingDigest: "c42e21f8badb3f4eb5eb31730f770ca59fa3c8a0",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local U=tonumber(ARGV[1])\nlocal b,f=C()\nlocal r=I(1)\nif not r then return{'kind'}end\nif E(r,b)then\nH(r,b,f)\nw(r,b)\nend\nlocal Q={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then Q=redis.call('ZRANGE',r.R,0,U - 1)end\nlocal M,Y={},{}\nfor _,c in ipairs(Q)do\nlocal h=F(r,c)\nif h then\nfor _,aE in ipairs({redis.sha1hex(c),h.g,h.e,h.m,h.u,h.t})do table.insert(M,aE)end\nend\nend\nlocal function T(q,d)\nlocal a=V(d)\nfor _,aE in ipairs({math.floor(q/1000),a.m,a.u,a.t})do table.insert(Y,aE)end\nend\nif r.j~='-' then T(j(r))end\nlocal queued=U>1 and r.p>0 and redis.call('ZRANGE',r.z,0,U - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do T(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.A,r.e,b,r.D,r.p+(r.j=='-' and 0 or 1),M,Y}";
  },
};

export const latchScript: Script = {
  name: "latch",
  digest: "422e084ad2b505b811fa23ff04f56c730db001f7",
  keyLockingDigest: "29d56c25d61b23a2043cbd91541dbfc418a34903",
  get source() {
    return "local s,c=KEYS[1],'+' .. ARGV[3]\nlocal latch=redis.pcall('HMGET',s,'count','left','keep',c)\nif latch.err then\nlocal aO=redis.pcall('GET',s)\nlocal kind,l=string.match(type(aO)=='string' and aO or '','^(%l+) (%d+) ')\nreturn{'kind',kind or '',tonumber(l or 0)}\nend\nlocal count,left,y,aW=unpack(latch)\nlocal O=count and left and y\nif O and count~=ARGV[1]then return{'kind','latch',tonumber(count)}end\nif not O and redis.call('EXISTS',s)==1 then return{'kind','',0}end\nif aW then return tonumber(aW)end\nleft=tonumber(O and left or ARGV[1])\nlocal keep=math.max(tonumber(ARGV[2]),tonumber(O and y or 0))\nif left>0 and c~='+' then\nleft=math.max(left - tonumber(ARGV[4]),0)\nredis.call('HSET',s,'count',ARGV[1],'left',left,'keep',keep,c,left)\nredis.call('PEXPIRE',s,keep)\nif left==0 then redis.call('PUBLISH',ARGV[5],'ask')end\nelseif left>0 and O and ARGV[2]~='0' then\nredis.call('PEXPIRE',s,keep)\nend\nreturn left";
  },
};

export const listScript: Script = {
  name: "list",
  digest: "b16f35a738de233b29a9add987c8da49c6d63370",
  keyLockingDigest: "d98b2bf7b8129bcfc1485729e966fbee4d27ac77",
  plain: true,
  get source() {
    return "local ay=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(ay[2],1,ay[1])\nreturn ay[2]";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "593dadcb368c563c119631a5ffd5daec8675f087",
  keyLockingDigest: "0886092a262c356461926aae66e2ead50737ef53",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ab={}\nfor i=1,#KEYS/P do\nlocal e=tonumber(ARGV[2+i])\nlocal r=I(i)\nlocal h=r and F(r,c)\nif h and h.k==k then\nad(r,c,h,'ab')\nlocal b,f\nif r.j~='-' then\nb,f=C()\nE(r,b)\nH(r,b,f)\nend\nw(r,b)\nab[i]=1\nelse\nlocal O=r and not h and r.ao>0 and e>=r.ao and e<=r.e\nab[i]=O and not W(r.B,c)and 1 or 0\nend\nend\nreturn ab";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "e88a0ac3a6ff9edd7ae613de0fd7a5a0d5ab93fb",
  keyLockingDigest: "cc5bcd52f77b0e58f9c8457bd11a88c96e05f771",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=C()\nlocal r=I(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif W(r.B,call)then return r.l end\nr.B=aD(r.B,call)\nr.l=tonumber(ARGV[2])\nE(r,b)\nH(r,b,f)\nw(r,b)\nreturn r.l";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "5bf28fc2d988a97fbfcec8fb7a93df49e6c44838",
  keyLockingDigest: "62ace691f324d0a3cf79adf761082151b538ee54",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,d=ARGV[1],ARGV[2],ARGV[3]\nlocal a=V(d)\nlocal b,f=C()\nfor i=1,#KEYS/P do\nlocal r=I(i,kind,l)\nif r then\nlocal h=F(r,a.c)\nif h and h.k==a.k then ad(r,a.c,h,'ab')end\naN(r,d)\nr.ar=b+aG\nredis.call('ZREMRANGEBYSCORE',r.al,'-inf',K(b))\nredis.call('ZADD',r.al,K(r.ar),a.c)\nredis.call('PEXPIRE',r.al,aG)\nE(r,b)\nH(r,b,f)\nw(r,b)\nend\nend\nreturn 1";
  },
};
