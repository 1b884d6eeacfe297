// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import type { Script } from "../store/script.ts";

const record = "local an,aK,aJ,bi=60000,120000,60000,16\nlocal aI={'kind','l','C','d','ao','g','k','c','o','t','ab',\n'D','ar','x','z','p','q','j'}\nlocal bh='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bj={kind=1,k=1,c=1,t=1,ab=1,D=1,j=1}\nlocal bk=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal P=5\nlocal function F()\nlocal aZ=redis.call('TIME')\nlocal f=aZ[1]*1000000+aZ[2]\nreturn math.floor(f/1000),f\nend\nlocal function L(number)return string.format('%.0f',number)end\nlocal function J(i,kind,l)\nlocal at=P*(i - 1)\nlocal aC=redis.pcall('GET',KEYS[at+1])\nif type(aC)=='table' then return nil end\nlocal W={string.match(aC or(kind or 'unused').. ' ' ..(l or '1').. bk,bh)}\nif not W[1]then return nil end\nlocal r={bq=not aC}\nfor n,R in ipairs(aI)do r[R]=bj[R]and W[n]or tonumber(W[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.y,r.ay=r.j,{}\nr.s,r.B,r.M,r.Q,r.al=unpack(KEYS,at+1,at+P)\nreturn r\nend\nlocal function w(r,b)\nlocal W={}\nfor n,R in ipairs(aI)do W[n]=type(r[R])=='number' and L(r[R])or r[R]end\nlocal e=table.concat(W,' ')\nif b then\nlocal bp=math.max(math.max(r.g,r.x,math.ceil(r.d/1000),b)+an,r.z,r.ar)\nredis.call('SET',r.s,e,'PX',L(bp - b))\nelseif r.bq then\nredis.call('SET',r.s,e,'PX',an)\nelse\nredis.call('SET',r.s,e,'KEEPTTL')\nend\nfor _,aT in ipairs(r.ay)do redis.call('PUBLISH',aT[1],aT[2])end\nr.ay={}\nend\nlocal function V(S,aq)\nreturn string.find(',' .. S .. ',',',' .. aq .. ',',1,true)~=nil\nend\nlocal function aF(S,aq)\nlocal z,count=aq,1\nfor aV in string.gmatch(S,'[^,]+')do\nif count==bi then break end\nif aV~='-' then z,count=z .. ',' .. aV,count+1 end\nend\nreturn z\nend\nlocal function az(r,c,b)\nreturn V(r.ab,c)or V(r.D,c)\nor r.ar>b and redis.call('ZSCORE',r.al,c)~=false\nend\nlocal function keep(r,bm,b,aY)\nif aY>r.z then\nr.z=aY+an\nelseif not bm then\nreturn\nend\nfor _,s in ipairs(r.kind=='mutex' and{r.B}or{r.B,r.M,r.Q})do\nredis.call('PEXPIRE',s,L(r.z - b))\nend\nend";

const holders = "local be='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal bc='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function U(e)\nlocal a={}\na.c,a.k,a.K,a.m,a.u,a.o,a.ap,a.aj,a.ad,a.aU,a.t=string.match(e,bc)\na.K,a.m,a.o,a.ap,a.aj=tonumber(a.K),tonumber(a.m),tonumber(a.o),tonumber(a.ap),tonumber(a.aj)\nreturn a\nend\nlocal function H(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,m=1,u='exclusive',o=r.o,t=r.t}\nend\nlocal e=redis.call('HGET',r.M,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.m,h.u,h.o,h.t=string.match(e,be)\nh.g,h.d,h.m,h.o=tonumber(h.g),tonumber(h.d),tonumber(h.m),tonumber(h.o)\nreturn h\nend\nlocal function aB(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t=c,h.k,h.g,h.o,h.t\nreturn\nend\nredis.call('HSET',r.M,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.m,h.u,h.o,h.t))\nredis.call('ZADD',r.Q,L(h.g),c)\nkeep(r,r.C==0,b,h.g)\nend\nlocal function ae(r,c,h,aP)\nr[aP]=aF(r[aP],c)\nr.C=r.C - h.m\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.M,c)\nredis.call('ZREM',r.Q,c)\nend\nlocal function aM(r)\nlocal Y=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.M)\nfor _,c in ipairs(Y)do ae(r,c,H(r,c),'D')end\nreturn#Y>0\nend\nlocal function as(r,a,ag,b,f)\nr.d=math.max(r.d+1,f)\nif r.ao==0 then r.ao=r.d end\naB(r,a.c,{g=b+ag,d=r.d,k=a.k,m=a.m,u=a.u,o=a.o,t=a.t},b)\nr.C=r.C+a.m\nend\nlocal function G(r,b)\nlocal af={}\nif r.kind~='mutex' then\naf=redis.call('ZRANGEBYSCORE',r.Q,'-inf',L(b))\nelseif r.c~='-' and r.g<=b then\naf={r.c}\nend\nfor _,c in ipairs(af)do\nlocal h=H(r,c)\nr.x=h.o>0 and math.max(r.x,h.g+h.o)or r.x\nae(r,c,h,'D')\nend\nreturn#af>0\nend\nlocal function Z(r,b)\nif r.x>b then return r.x - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.Q,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local bd=5\nlocal bf=100\nlocal function ak(r)\nr.j='-'\nif r.p==0 then return end\nlocal ai=redis.call('ZPOPMIN',r.B)\nr.p=ai[1]and r.p - 1 or 0\nif ai[1]then r.j=ai[2].. ' ' .. ai[1]end\nend\nlocal function j(r)\nlocal q,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(q),e\nend\nlocal function bo(r,e,b,f)\nlocal _,y=j(r)\nif y==e then return 1 end\nlocal q=math.max(r.q+1,f)\nif not y then\nr.q,r.j=q,L(q).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.B,'NX',L(q),e)==1 then\nr.q,r.p=q,r.p+1\nkeep(r,r.p==1,b,b+aK)\nreturn r.p+1\nend\nr.p=redis.call('ZCARD',r.B)\nkeep(r,false,b,b+aK)\nreturn redis.call('ZRANK',r.B,e)+2\nend\nlocal function aO(r,e)\nlocal _,y=j(r)\nreturn y==e or r.p>0 and redis.call('ZSCORE',r.B,e)~=false\nend\nlocal function aR(r,e)\nlocal _,y=j(r)\nif y==e then\nak(r)\nelseif r.p>0 and redis.call('ZREM',r.B,e)==1 then\nr.p=r.p - 1\nend\nend\nlocal function am(e,ah)\nlocal a=U(e)\nreturn a.ad=='-' or redis.call('PUBLISH',a.ad,string.format('first %s %.0f',a.aU,ah))>0\nend\nlocal function aX(r,b)\nlocal _,e=j(r)\nlocal ah=Z(r,b)\nif am(e,ah)or r.p==0 then return end\nfor _,bn in ipairs(redis.call('ZRANGE',r.B,0,bd - 1))do\nif am(bn,ah)then return end\nend\nend\nlocal function aL(r,b)\nif r.j~='-' and r.j~=r.y then aX(r,b)end\nr.y=r.j\nend\nlocal function A(r,b,f)\nlocal av=0\nwhile r.j~='-' and r.x<=b do\nlocal q,e=j(r)\nlocal a=U(e)\nif a.aj>0 and q/1000+a.aj<b then\nak(r)\nelseif a.m>r.l or H(r,a.c)or az(r,a.c,b)then\nak(r)\nam(e,0)\nelseif r.C+a.m>r.l then\nbreak\nelseif av==bf then\nam(e,0)\nr.y=r.j\nbreak\nelse\nlocal ag=math.min(a.K,a.ap)\nav=av+1\nak(r)\nas(r,a,ag,b,f)\nif a.ad~='-' then table.insert(r.ay,{a.ad,string.format('granted %s %.0f %.0f %.0f',a.aU,r.d,b,ag)})end\nend\nend\naL(r,b)\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "7a98e255c950e83297be94ec67d3eef245889690",
  keyLockingDigest: "a15c9a41d6ebe3beec686afa0f03ae39fb371dc7",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,ax,T=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=U(e)\nlocal b,f=F()\nlocal r=J(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal aG=ax=='barge-steal'\nlocal E=G(r,b)\nif r.j~='-' and not aG then\nlocal bl=r.j\nA(r,b,f)\nE=E or r.j~=bl\nend\nlocal function N(v)\nif aG then\nA(r,b,f)\nE=true\nend\nif E then w(r,b)end\nreturn v\nend\nlocal I=H(r,a.c)\nif I then return N({'granted',I.d,I.g - b,I.k,b})end\nif az(r,a.c,b)then return N({'ended'})end\nif r.l~=tonumber(l)and not aO(r,e)then return N({'kind',r.kind,r.l})end\nif aG then\naM(r)\nr.x=0\nend\nlocal br=r.x<=b and r.C+a.m<=r.l\nif br and(r.j=='-' or string.sub(ax,1,5)=='barge')then\naR(r,e)\nas(r,a,a.K,b,f)\naL(r,b)\nE=true\nreturn N({'granted',r.d,a.K,a.k,b})\nend\nlocal X=r.p+(r.j=='-' and 0 or 1)\nlocal au=math.max(b - math.floor(r.d/1000),0)\nif string.sub(ax,-3)=='try' then return N({'held',Z(r,b),au,X,b})end\nif T>0 and X>=T and not aO(r,e)then return N({'full',Z(r,b),au,X,b})end\nlocal bs=bo(r,e,b,f)\nE=true\nreturn N({'queued',Z(r,b),au,bs,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "6fd4502bcd0859b45a37465460e1de41840fdaf8",
  keyLockingDigest: "35448dbdf32e39c4a0bba61629d0d62e13321b85",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=U(ARGV[1])\nlocal b,f=F()\nlocal aa,I={},0\nfor i=1,#KEYS/P do\nlocal r=J(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nif az(r,a.c,b)then return{'ended'}end\nif r.c==a.c then I=I+1 end\naa[i]=r\nend\nlocal v={'granted',a.K,a.k,b}\nfor i,r in ipairs(aa)do\nif I<#aa and(r.c~='-' or r.j~='-' or r.x>b)then\nreturn{'held',i,Z(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(aa)do\nif I<#aa then\nas(r,a,a.K,b,f)\nw(r,b)\nelse\nv[2],v[3]=math.min(v[2],r.g - b),r.k\nend\nv[4+i]=r.d\nend\nreturn v";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "19b48554d7daccd1798f2ed472d7afa1d88c2d81",
  keyLockingDigest: "20a4b5339cbdce5dc21de6913a63074ea2a588b2",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,u,m=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nlocal E=G(r,b)\nlocal h=H(r,c)\nlocal v={'lost'}\nif h and h.k==k and h.d>d and h.u==u then\nv={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.C - h.m+m>r.l then\nv={'refused'}\nelse\nr.d=math.max(r.d+1,f)\nr.C=r.C - h.m+m\nh.d,h.u,h.m=r.d,u,m\naB(r,c,h,b)\nv={'converted',h.d,h.g - b}\nE=true\nend\nend\nif E then\nA(r,b,f)\nw(r,b)\nend\nreturn v";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "f64606f58b47615484e6784e4d81d01f33cf838c",
  keyLockingDigest: "ae9138718be796b2c70f8288ae60f636018a32d5",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=F()\nlocal aE={}\nfor i=1,#KEYS/P do\nlocal c,k,K=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=J(i)\nlocal h=r and H(r,c)\naE[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+K)\naB(r,c,h,b)\naE[i]=h.g - b\nif r.j~='-' then aX(r,b)end\nw(r,b)\nelseif r and G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nend\nreturn aE";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "0fe5e63de9fd008982fdc823e612e7184764699f",
  keyLockingDigest: "5a303e934b0e292830b3b8d7efcca5abd2b754b1",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nif V(r.D,'!' .. c)then return 1 end\nif V(r.D,'.' .. c)then return 0 end\nG(r,b)\nlocal aN=aM(r)\nr.D=aF(r.D,(aN and '!' or '.').. c)\nA(r,b,f)\nw(r,b)\nreturn aN and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "cf1604f1c4561d24730cff315cf4fb7fbbfc0cc4",
  keyLockingDigest: "864028c360f297d06648c9972f24aec8cde5ca95",
  get source() {
    return "local bg=16\nredis.call('STRLEN',KEYS[1])\nlocal ac,bt=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ac then return{'kind'}end\nlocal d,bb,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ac)>d then return tonumber(ac)end\nif ARGV[5]=='get' then\nif tonumber(ac)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aD,aw=string.format('%s %s:%s',ARGV[1],bb,ARGV[3]),1\nif tonumber(ac)==d then\nfor aW,aQ in string.gmatch(bt,' (%S+):(%d+)')do\nif aW==bb then\nif tonumber(aQ)>=number then return d end\nelseif aw<bg then\naD,aw=aD .. ' ' .. aW .. ':' .. aQ,aw+1\nend\nend\nend\nredis.call('SET',KEYS[2],aD,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "69c333058d5a7d06f884cda10f12cb2d496aa291",
  keyLockingDigest: "bb167d1b5f523c5738908341c7afcf27f3ca6545",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local T=tonumber(ARGV[1])\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nif G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nlocal Y={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then Y=redis.call('ZRANGE',r.Q,0,T - 1)end\nlocal M,X={},{}\nfor _,c in ipairs(Y)do\nlocal h=H(r,c)\nif h then\nfor _,aH in ipairs({redis.sha1hex(c),h.g,h.d,h.m,h.u,h.t})do table.insert(M,aH)end\nend\nend\nlocal function S(q,e)\nlocal a=U(e)\nfor _,aH in ipairs({math.floor(q/1000),a.m,a.u,a.t})do table.insert(X,aH)end\nend\nif r.j~='-' then S(j(r))end\nlocal queued=T>1 and r.p>0 and redis.call('ZRANGE',r.B,0,T - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do S(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.C,r.d,b,r.x,r.p+(r.j=='-' and 0 or 1),M,X}";
  },
};

export const latchScript: Script = {
  name: "latch",
  digest: "0ea482576e01cdb99c93684c9553d9170319ca2a",
  keyLockingDigest: "fd7ebec4f1ba7a289edf26f0edbf6b2a8e188bc5",
  get source() {
    return "local s,c=KEYS[1],'+' .. ARGV[3]\nlocal latch=redis.pcall('HMGET',s,'count','left','keep',c)\nif latch.err then\nlocal aS=redis.pcall('GET',s)\nlocal kind,l=string.match(type(aS)=='string' and aS or '','^(%l+) (%d+) ')\nreturn{'kind',kind or '',tonumber(l or 0)}\nend\nlocal count,left,z,ba=unpack(latch)\nlocal O=count and left and z\nif O and count~=ARGV[1]then return{'kind','latch',tonumber(count)}end\nif not O and redis.call('EXISTS',s)==1 then return{'kind','',0}end\nif ba then return tonumber(ba)end\nleft=tonumber(O and left or ARGV[1])\nlocal keep=math.max(tonumber(ARGV[2]),tonumber(O and z or 0))\nif left>0 and c~='+' then\nleft=math.max(left - tonumber(ARGV[4]),0)\nredis.call('HSET',s,'count',ARGV[1],'left',left,'keep',keep,c,left)\nredis.call('PEXPIRE',s,keep)\nif left==0 then redis.call('PUBLISH',ARGV[5],'ask')end\nelseif left>0 and O and ARGV[2]~='0' then\nredis.call('PEXPIRE',s,keep)\nend\nreturn left";
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
  digest: "1a4af41e10c9d5ad93ed08698222ff31716e4a24",
  keyLockingDigest: "d667cfb9c68145abda351ce0e51e4a497ad18cd1",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ab={}\nfor i=1,#KEYS/P do\nlocal d=tonumber(ARGV[2+i])\nlocal r=J(i)\nlocal h=r and H(r,c)\nif h and h.k==k then\nae(r,c,h,'ab')\nlocal b,f\nif r.j~='-' then\nb,f=F()\nG(r,b)\nA(r,b,f)\nend\nw(r,b)\nab[i]=1\nelse\nlocal O=r and not h and r.ao>0 and d>=r.ao and d<=r.d\nab[i]=O and not V(r.D,c)and 1 or 0\nend\nend\nreturn ab";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "35be45ed3f89604bf9a62f0fc9599fc83b2805fc",
  keyLockingDigest: "b82e28e53e6f9d18a4238a80bf0c73f10fa1f2cf",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=F()\nlocal r=J(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif V(r.D,call)then return r.l end\nr.D=aF(r.D,call)\nr.l=tonumber(ARGV[2])\nG(r,b)\nA(r,b,f)\nw(r,b)\nreturn r.l";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "1896d33671a15a252b78e0fcdc7b32f235530250",
  keyLockingDigest: "a660db741fd1ba2fd820eb577f6dd575c4b2f841",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=U(e)\nlocal b,f=F()\nfor i=1,#KEYS/P do\nlocal r=J(i,kind,l)\nif r then\nlocal h=H(r,a.c)\nif h and h.k==a.k then ae(r,a.c,h,'ab')end\naR(r,e)\nr.ar=b+aJ\nredis.call('ZREMRANGEBYSCORE',r.al,'-inf',L(b))\nredis.call('ZADD',r.al,L(r.ar),a.c)\nredis.call('PEXPIRE',r.al,aJ)\nG(r,b)\nA(r,b,f)\nw(r,b)\nend\nend\nreturn 1";
  },
};
