// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import type { Script } from "../store/script.ts";

const record = "local an,aH,aG,be=60000,120000,60000,16\nlocal aF={'kind','l','A','d','ao','g','k','c','o','t','ab',\n'B','ar','D','y','p','q','j'}\nlocal bd='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bf={kind=1,k=1,c=1,t=1,ab=1,B=1,j=1}\nlocal bg=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal P=5\nlocal function C()\nlocal aV=redis.call('TIME')\nlocal f=aV[1]*1000000+aV[2]\nreturn math.floor(f/1000),f\nend\nlocal function K(number)return string.format('%.0f',number)end\nlocal function I(i,kind,l)\nlocal at=P*(i - 1)\nlocal aA=redis.pcall('GET',KEYS[at+1])\nif type(aA)=='table' then return nil end\nlocal X={string.match(aA or(kind or 'unused').. ' ' ..(l or '1').. bg,bd)}\nif not X[1]then return nil end\nlocal r={bm=not aA}\nfor n,S in ipairs(aF)do r[S]=bf[S]and X[n]or tonumber(X[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.x=r.j\nr.s,r.z,r.M,r.R,r.al=unpack(KEYS,at+1,at+P)\nreturn r\nend\nlocal function w(r,b)\nlocal X={}\nfor n,S in ipairs(aF)do X[n]=type(r[S])=='number' and K(r[S])or r[S]end\nlocal e=table.concat(X,' ')\nif b then\nlocal bl=math.max(math.max(r.g,r.D,math.ceil(r.d/1000),b)+an,r.y,r.ar)\nredis.call('SET',r.s,e,'PX',K(bl - b))\nelseif r.bm then\nredis.call('SET',r.s,e,'PX',an)\nelse\nredis.call('SET',r.s,e,'KEEPTTL')\nend\nend\nlocal function W(T,aq)\nreturn string.find(',' .. T .. ',',',' .. aq .. ',',1,true)~=nil\nend\nlocal function aD(T,aq)\nlocal y,count=aq,1\nfor aR in string.gmatch(T,'[^,]+')do\nif count==be then break end\nif aR~='-' then y,count=y .. ',' .. aR,count+1 end\nend\nreturn y\nend\nlocal function ax(r,c,b)\nreturn W(r.ab,c)or W(r.B,c)\nor r.ar>b and redis.call('ZSCORE',r.al,c)~=false\nend\nlocal function keep(r,bi,b,aU)\nif aU>r.y then\nr.y=aU+an\nelseif not bi then\nreturn\nend\nfor _,s in ipairs(r.kind=='mutex' and{r.z}or{r.z,r.M,r.R})do\nredis.call('PEXPIRE',s,K(r.y - b))\nend\nend";

const holders = "local ba='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal aY='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function V(e)\nlocal a={}\na.c,a.k,a.J,a.m,a.u,a.o,a.ap,a.aj,a.ad,a.aQ,a.t=string.match(e,aY)\na.J,a.m,a.o,a.ap,a.aj=tonumber(a.J),tonumber(a.m),tonumber(a.o),tonumber(a.ap),tonumber(a.aj)\nreturn a\nend\nlocal function F(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,m=1,u='exclusive',o=r.o,t=r.t}\nend\nlocal e=redis.call('HGET',r.M,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.m,h.u,h.o,h.t=string.match(e,ba)\nh.g,h.d,h.m,h.o=tonumber(h.g),tonumber(h.d),tonumber(h.m),tonumber(h.o)\nreturn h\nend\nlocal function az(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t=c,h.k,h.g,h.o,h.t\nreturn\nend\nredis.call('HSET',r.M,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.m,h.u,h.o,h.t))\nredis.call('ZADD',r.R,K(h.g),c)\nkeep(r,r.A==0,b,h.g)\nend\nlocal function ae(r,c,h,aL)\nr[aL]=aD(r[aL],c)\nr.A=r.A - h.m\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.M,c)\nredis.call('ZREM',r.R,c)\nend\nlocal function as(r,a,ag,b,f)\nr.d=math.max(r.d+1,f)\nif r.ao==0 then r.ao=r.d end\naz(r,a.c,{g=b+ag,d=r.d,k=a.k,m=a.m,u=a.u,o=a.o,t=a.t},b)\nr.A=r.A+a.m\nend\nlocal function E(r,b)\nlocal af={}\nif r.kind~='mutex' then\naf=redis.call('ZRANGEBYSCORE',r.R,'-inf',K(b))\nelseif r.c~='-' and r.g<=b then\naf={r.c}\nend\nfor _,c in ipairs(af)do\nlocal h=F(r,c)\nr.D=h.o>0 and math.max(r.D,h.g+h.o)or r.D\nae(r,c,h,'B')\nend\nreturn#af>0\nend\nlocal function Z(r,b)\nif r.D>b then return r.D - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.R,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local aZ=5\nlocal bb=100\nlocal function ak(r)\nr.j='-'\nif r.p==0 then return end\nlocal ai=redis.call('ZPOPMIN',r.z)\nr.p=ai[1]and r.p - 1 or 0\nif ai[1]then r.j=ai[2].. ' ' .. ai[1]end\nend\nlocal function j(r)\nlocal q,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(q),e\nend\nlocal function bk(r,e,b,f)\nlocal _,x=j(r)\nif x==e then return 1 end\nlocal q=math.max(r.q+1,f)\nif not x then\nr.q,r.j=q,K(q).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.z,'NX',K(q),e)==1 then\nr.q,r.p=q,r.p+1\nkeep(r,r.p==1,b,b+aH)\nreturn r.p+1\nend\nr.p=redis.call('ZCARD',r.z)\nkeep(r,false,b,b+aH)\nreturn redis.call('ZRANK',r.z,e)+2\nend\nlocal function aJ(r,e)\nlocal _,x=j(r)\nreturn x==e or r.p>0 and redis.call('ZSCORE',r.z,e)~=false\nend\nlocal function aN(r,e)\nlocal _,x=j(r)\nif x==e then\nak(r)\nelseif r.p>0 and redis.call('ZREM',r.z,e)==1 then\nr.p=r.p - 1\nend\nend\nlocal function am(e,ah)\nlocal a=V(e)\nreturn a.ad=='-' or redis.call('PUBLISH',a.ad,string.format('first %s %.0f',a.aQ,ah))>0\nend\nlocal function aT(r,b)\nlocal _,e=j(r)\nlocal ah=Z(r,b)\nif am(e,ah)or r.p==0 then return end\nfor _,bj in ipairs(redis.call('ZRANGE',r.z,0,aZ - 1))do\nif am(bj,ah)then return end\nend\nend\nlocal function aI(r,b)\nif r.j~='-' and r.j~=r.x then aT(r,b)end\nr.x=r.j\nend\nlocal function H(r,b,f)\nlocal av=0\nwhile r.j~='-' and r.D<=b do\nlocal q,e=j(r)\nlocal a=V(e)\nif a.aj>0 and q/1000+a.aj<b then\nak(r)\nelseif a.m>r.l or F(r,a.c)or ax(r,a.c,b)then\nak(r)\nam(e,0)\nelseif r.A+a.m>r.l then\nbreak\nelseif av==bb then\nam(e,0)\nr.x=r.j\nbreak\nelse\nlocal ag=math.min(a.J,a.ap)\nav=av+1\nak(r)\nas(r,a,ag,b,f)\nif a.ad~='-' then redis.call('PUBLISH',a.ad,string.format('granted %s %.0f %.0f %.0f',a.aQ,r.d,b,ag))end\nend\nend\naI(r,b)\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "0526a2fa47506cd9a64f3931cc5b17cce9eaf8e4",
  keyLockingDigest: "b06ade7ed36ebff842f762e202445ff00443dfbd",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,aP,U=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=V(e)\nlocal b,f=C()\nlocal r=I(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal L=E(r,b)\nif r.j~='-' then\nlocal bh=r.j\nH(r,b,f)\nL=L or r.j~=bh\nend\nlocal function N(v)\nif L then w(r,b)end\nreturn v\nend\nlocal G=F(r,a.c)\nif G then return N({'granted',G.d,G.g - b,G.k,b})end\nif ax(r,a.c,b)then return N({'ended'})end\nif r.l~=tonumber(l)and not aJ(r,e)then return N({'kind',r.kind,r.l})end\nlocal bn=r.D<=b and r.A+a.m<=r.l\nif bn and(r.j=='-' or string.sub(aP,1,5)=='barge')then\naN(r,e)\nas(r,a,a.J,b,f)\naI(r,b)\nL=true\nreturn N({'granted',r.d,a.J,a.k,b})\nend\nlocal Y=r.p+(r.j=='-' and 0 or 1)\nlocal au=math.max(b - math.floor(r.d/1000),0)\nif string.sub(aP,-3)=='try' then return N({'held',Z(r,b),au,Y,b})end\nif U>0 and Y>=U and not aJ(r,e)then return N({'full',Z(r,b),au,Y,b})end\nlocal bo=bk(r,e,b,f)\nL=true\nreturn N({'queued',Z(r,b),au,bo,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "3aa5cbefa6e397c1b679bf4d5b207d27465b67ff",
  keyLockingDigest: "839aa8545c55d44f70973127737e74b64cbe2802",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=V(ARGV[1])\nlocal b,f=C()\nlocal aa,G={},0\nfor i=1,#KEYS/P do\nlocal r=I(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif E(r,b)then\nH(r,b,f)\nw(r,b)\nend\nif ax(r,a.c,b)then return{'ended'}end\nif r.c==a.c then G=G+1 end\naa[i]=r\nend\nlocal v={'granted',a.J,a.k,b}\nfor i,r in ipairs(aa)do\nif G<#aa and(r.c~='-' or r.j~='-' or r.D>b)then\nreturn{'held',i,Z(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(aa)do\nif G<#aa then\nas(r,a,a.J,b,f)\nw(r,b)\nelse\nv[2],v[3]=math.min(v[2],r.g - b),r.k\nend\nv[4+i]=r.d\nend\nreturn v";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "3b0ea9f7cd93681bd12888968a4a44f4f764a51b",
  keyLockingDigest: "3ab975839001846b268b30c76dfe274fdaa6bf8a",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,u,m=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=C()\nlocal r=I(1)\nif not r then return{'kind'}end\nlocal L=E(r,b)\nlocal h=F(r,c)\nlocal v={'lost'}\nif h and h.k==k and h.d>d and h.u==u then\nv={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.A - h.m+m>r.l then return{'refused'}end\nr.d=math.max(r.d+1,f)\nr.A=r.A - h.m+m\nh.d,h.u,h.m=r.d,u,m\naz(r,c,h,b)\nv={'converted',h.d,h.g - b}\nL=true\nend\nif L then\nH(r,b,f)\nw(r,b)\nend\nreturn v";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "7e4fed0de2cc74745d600641d3da1785f565cba2",
  keyLockingDigest: "b25b3484015e2c692fec4535218375442a3561a1",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=C()\nlocal aC={}\nfor i=1,#KEYS/P do\nlocal c,k,J=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=I(i)\nlocal h=r and F(r,c)\naC[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+J)\naz(r,c,h,b)\naC[i]=h.g - b\nif r.j~='-' then aT(r,b)end\nw(r,b)\nelseif r and E(r,b)then\nH(r,b,f)\nw(r,b)\nend\nend\nreturn aC";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "696747706242122dc39d3daf005f7ae3de387439",
  keyLockingDigest: "f62ddea0bd9235c5144e73eb5ecad3d129c55fc5",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=C()\nlocal r=I(1)\nif not r then return{'kind'}end\nif W(r.B,'!' .. c)then return 1 end\nif W(r.B,'.' .. c)then return 0 end\nE(r,b)\nlocal Q=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.M)\nfor _,aK in ipairs(Q)do ae(r,aK,F(r,aK),'B')end\nr.B=aD(r.B,(#Q>0 and '!' or '.').. c)\nH(r,b,f)\nw(r,b)\nreturn#Q>0 and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "3cdff2605ba7bdbbfa2a0303d2980f27257abc8f",
  keyLockingDigest: "4be23291cc84972394df45c3c273d2ae13042932",
  get source() {
    return "local bc=16\nredis.call('STRLEN',KEYS[1])\nlocal ac,bp=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ac then return{'kind'}end\nlocal d,aX,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ac)>d then return tonumber(ac)end\nif ARGV[5]=='get' then\nif tonumber(ac)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aB,aw=string.format('%s %s:%s',ARGV[1],aX,ARGV[3]),1\nif tonumber(ac)==d then\nfor aS,aM in string.gmatch(bp,' (%S+):(%d+)')do\nif aS==aX then\nif tonumber(aM)>=number then return d end\nelseif aw<bc then\naB,aw=aB .. ' ' .. aS .. ':' .. aM,aw+1\nend\nend\nend\nredis.call('SET',KEYS[2],aB,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "74041b60382594ede90d8515536f967ca75c3948",
  keyLockingDigest: "f1f9ec90c8a5c61df90556b514291ec248d51b43",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local U=tonumber(ARGV[1])\nlocal b,f=C()\nlocal r=I(1)\nif not r then return{'kind'}end\nif E(r,b)then\nH(r,b,f)\nw(r,b)\nend\nlocal Q={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then Q=redis.call('ZRANGE',r.R,0,U - 1)end\nlocal M,Y={},{}\nfor _,c in ipairs(Q)do\nlocal h=F(r,c)\nif h then\nfor _,aE in ipairs({redis.sha1hex(c),h.g,h.d,h.m,h.u,h.t})do table.insert(M,aE)end\nend\nend\nlocal function T(q,e)\nlocal a=V(e)\nfor _,aE in ipairs({math.floor(q/1000),a.m,a.u,a.t})do table.insert(Y,aE)end\nend\nif r.j~='-' then T(j(r))end\nlocal queued=U>1 and r.p>0 and redis.call('ZRANGE',r.z,0,U - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do T(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.A,r.d,b,r.D,r.p+(r.j=='-' and 0 or 1),M,Y}";
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
  digest: "9ba3a1387503c0f39f94222e56916c1c1c35c0c9",
  keyLockingDigest: "2ff5fea7cb19b074bd68ed5f024690a38725d968",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ab={}\nfor i=1,#KEYS/P do\nlocal d=tonumber(ARGV[2+i])\nlocal r=I(i)\nlocal h=r and F(r,c)\nif h and h.k==k then\nae(r,c,h,'ab')\nlocal b,f\nif r.j~='-' then\nb,f=C()\nE(r,b)\nH(r,b,f)\nend\nw(r,b)\nab[i]=1\nelse\nlocal O=r and not h and r.ao>0 and d>=r.ao and d<=r.d\nab[i]=O and not W(r.B,c)and 1 or 0\nend\nend\nreturn ab";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "6e8b790064683986083a5e0364b1cddfc397056a",
  keyLockingDigest: "7ee3e3908662a1c73c46e3b6138ae6f1802086fa",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=C()\nlocal r=I(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif W(r.B,call)then return r.l end\nr.B=aD(r.B,call)\nr.l=tonumber(ARGV[2])\nE(r,b)\nH(r,b,f)\nw(r,b)\nreturn r.l";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "0064330e8ebfde4298adce99bdad14a1330f2a2a",
  keyLockingDigest: "9da63951af30475661d8b63eb418847160e3686d",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=V(e)\nlocal b,f=C()\nfor i=1,#KEYS/P do\nlocal r=I(i,kind,l)\nif r then\nlocal h=F(r,a.c)\nif h and h.k==a.k then ae(r,a.c,h,'ab')end\naN(r,e)\nr.ar=b+aG\nredis.call('ZREMRANGEBYSCORE',r.al,'-inf',K(b))\nredis.call('ZADD',r.al,K(r.ar),a.c)\nredis.call('PEXPIRE',r.al,aG)\nE(r,b)\nH(r,b,f)\nw(r,b)\nend\nend\nreturn 1";
  },
};
