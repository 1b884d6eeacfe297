// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import type { Script } from "../store/script.ts";

const record = "local an,aJ,aI,bg=60000,120000,60000,16\nlocal aH={'kind','l','C','d','ao','g','k','c','o','t','ab',\n'D','ar','x','z','p','q','j'}\nlocal bf='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bh={kind=1,k=1,c=1,t=1,ab=1,D=1,j=1}\nlocal bi=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal P=5\nlocal function F()\nlocal aX=redis.call('TIME')\nlocal f=aX[1]*1000000+aX[2]\nreturn math.floor(f/1000),f\nend\nlocal function L(number)return string.format('%.0f',number)end\nlocal function J(i,kind,l)\nlocal at=P*(i - 1)\nlocal aB=redis.pcall('GET',KEYS[at+1])\nif type(aB)=='table' then return nil end\nlocal W={string.match(aB or(kind or 'unused').. ' ' ..(l or '1').. bi,bf)}\nif not W[1]then return nil end\nlocal r={bo=not aB}\nfor n,R in ipairs(aH)do r[R]=bh[R]and W[n]or tonumber(W[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.y=r.j\nr.s,r.B,r.M,r.Q,r.al=unpack(KEYS,at+1,at+P)\nreturn r\nend\nlocal function w(r,b)\nlocal W={}\nfor n,R in ipairs(aH)do W[n]=type(r[R])=='number' and L(r[R])or r[R]end\nlocal e=table.concat(W,' ')\nif b then\nlocal bn=math.max(math.max(r.g,r.x,math.ceil(r.d/1000),b)+an,r.z,r.ar)\nredis.call('SET',r.s,e,'PX',L(bn - b))\nelseif r.bo then\nredis.call('SET',r.s,e,'PX',an)\nelse\nredis.call('SET',r.s,e,'KEEPTTL')\nend\nend\nlocal function V(S,aq)\nreturn string.find(',' .. S .. ',',',' .. aq .. ',',1,true)~=nil\nend\nlocal function aE(S,aq)\nlocal z,count=aq,1\nfor aT in string.gmatch(S,'[^,]+')do\nif count==bg then break end\nif aT~='-' then z,count=z .. ',' .. aT,count+1 end\nend\nreturn z\nend\nlocal function ay(r,c,b)\nreturn V(r.ab,c)or V(r.D,c)\nor r.ar>b and redis.call('ZSCORE',r.al,c)~=false\nend\nlocal function keep(r,bk,b,aW)\nif aW>r.z then\nr.z=aW+an\nelseif not bk then\nreturn\nend\nfor _,s in ipairs(r.kind=='mutex' and{r.B}or{r.B,r.M,r.Q})do\nredis.call('PEXPIRE',s,L(r.z - b))\nend\nend";

const holders = "local bc='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal ba='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function U(e)\nlocal a={}\na.c,a.k,a.K,a.m,a.u,a.o,a.ap,a.aj,a.ad,a.aS,a.t=string.match(e,ba)\na.K,a.m,a.o,a.ap,a.aj=tonumber(a.K),tonumber(a.m),tonumber(a.o),tonumber(a.ap),tonumber(a.aj)\nreturn a\nend\nlocal function H(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,m=1,u='exclusive',o=r.o,t=r.t}\nend\nlocal e=redis.call('HGET',r.M,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.m,h.u,h.o,h.t=string.match(e,bc)\nh.g,h.d,h.m,h.o=tonumber(h.g),tonumber(h.d),tonumber(h.m),tonumber(h.o)\nreturn h\nend\nlocal function aA(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t=c,h.k,h.g,h.o,h.t\nreturn\nend\nredis.call('HSET',r.M,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.m,h.u,h.o,h.t))\nredis.call('ZADD',r.Q,L(h.g),c)\nkeep(r,r.C==0,b,h.g)\nend\nlocal function ae(r,c,h,aO)\nr[aO]=aE(r[aO],c)\nr.C=r.C - h.m\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.o,r.t='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.M,c)\nredis.call('ZREM',r.Q,c)\nend\nlocal function aL(r)\nlocal Y=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.M)\nfor _,c in ipairs(Y)do ae(r,c,H(r,c),'D')end\nreturn#Y>0\nend\nlocal function as(r,a,ag,b,f)\nr.d=math.max(r.d+1,f)\nif r.ao==0 then r.ao=r.d end\naA(r,a.c,{g=b+ag,d=r.d,k=a.k,m=a.m,u=a.u,o=a.o,t=a.t},b)\nr.C=r.C+a.m\nend\nlocal function G(r,b)\nlocal af={}\nif r.kind~='mutex' then\naf=redis.call('ZRANGEBYSCORE',r.Q,'-inf',L(b))\nelseif r.c~='-' and r.g<=b then\naf={r.c}\nend\nfor _,c in ipairs(af)do\nlocal h=H(r,c)\nr.x=h.o>0 and math.max(r.x,h.g+h.o)or r.x\nae(r,c,h,'D')\nend\nreturn#af>0\nend\nlocal function Z(r,b)\nif r.x>b then return r.x - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.Q,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local bb=5\nlocal bd=100\nlocal function ak(r)\nr.j='-'\nif r.p==0 then return end\nlocal ai=redis.call('ZPOPMIN',r.B)\nr.p=ai[1]and r.p - 1 or 0\nif ai[1]then r.j=ai[2].. ' ' .. ai[1]end\nend\nlocal function j(r)\nlocal q,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(q),e\nend\nlocal function bm(r,e,b,f)\nlocal _,y=j(r)\nif y==e then return 1 end\nlocal q=math.max(r.q+1,f)\nif not y then\nr.q,r.j=q,L(q).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.B,'NX',L(q),e)==1 then\nr.q,r.p=q,r.p+1\nkeep(r,r.p==1,b,b+aJ)\nreturn r.p+1\nend\nr.p=redis.call('ZCARD',r.B)\nkeep(r,false,b,b+aJ)\nreturn redis.call('ZRANK',r.B,e)+2\nend\nlocal function aN(r,e)\nlocal _,y=j(r)\nreturn y==e or r.p>0 and redis.call('ZSCORE',r.B,e)~=false\nend\nlocal function aQ(r,e)\nlocal _,y=j(r)\nif y==e then\nak(r)\nelseif r.p>0 and redis.call('ZREM',r.B,e)==1 then\nr.p=r.p - 1\nend\nend\nlocal function am(e,ah)\nlocal a=U(e)\nreturn a.ad=='-' or redis.call('PUBLISH',a.ad,string.format('first %s %.0f',a.aS,ah))>0\nend\nlocal function aV(r,b)\nlocal _,e=j(r)\nlocal ah=Z(r,b)\nif am(e,ah)or r.p==0 then return end\nfor _,bl in ipairs(redis.call('ZRANGE',r.B,0,bb - 1))do\nif am(bl,ah)then return end\nend\nend\nlocal function aK(r,b)\nif r.j~='-' and r.j~=r.y then aV(r,b)end\nr.y=r.j\nend\nlocal function A(r,b,f)\nlocal av=0\nwhile r.j~='-' and r.x<=b do\nlocal q,e=j(r)\nlocal a=U(e)\nif a.aj>0 and q/1000+a.aj<b then\nak(r)\nelseif a.m>r.l or H(r,a.c)or ay(r,a.c,b)then\nak(r)\nam(e,0)\nelseif r.C+a.m>r.l then\nbreak\nelseif av==bd then\nam(e,0)\nr.y=r.j\nbreak\nelse\nlocal ag=math.min(a.K,a.ap)\nav=av+1\nak(r)\nas(r,a,ag,b,f)\nif a.ad~='-' then redis.call('PUBLISH',a.ad,string.format('granted %s %.0f %.0f %.0f',a.aS,r.d,b,ag))end\nend\nend\naK(r,b)\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "c0edb0b401056d0ac7ddc49c81847ade1cce83c2",
  keyLockingDigest: "a95ff38c4183371714b9683a6884df5ad92fa800",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,ax,T=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=U(e)\nlocal b,f=F()\nlocal r=J(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal aF=ax=='barge-steal'\nlocal E=G(r,b)\nif r.j~='-' and not aF then\nlocal bj=r.j\nA(r,b,f)\nE=E or r.j~=bj\nend\nlocal function N(v)\nif aF then\nA(r,b,f)\nE=true\nend\nif E then w(r,b)end\nreturn v\nend\nlocal I=H(r,a.c)\nif I then return N({'granted',I.d,I.g - b,I.k,b})end\nif ay(r,a.c,b)then return N({'ended'})end\nif r.l~=tonumber(l)and not aN(r,e)then return N({'kind',r.kind,r.l})end\nif aF then\naL(r)\nr.x=0\nend\nlocal bp=r.x<=b and r.C+a.m<=r.l\nif bp and(r.j=='-' or string.sub(ax,1,5)=='barge')then\naQ(r,e)\nas(r,a,a.K,b,f)\naK(r,b)\nE=true\nreturn N({'granted',r.d,a.K,a.k,b})\nend\nlocal X=r.p+(r.j=='-' and 0 or 1)\nlocal au=math.max(b - math.floor(r.d/1000),0)\nif string.sub(ax,-3)=='try' then return N({'held',Z(r,b),au,X,b})end\nif T>0 and X>=T and not aN(r,e)then return N({'full',Z(r,b),au,X,b})end\nlocal bq=bm(r,e,b,f)\nE=true\nreturn N({'queued',Z(r,b),au,bq,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "3e0ca32d5b96311271a4f730545840d0c4c63ce7",
  keyLockingDigest: "64a3d36107a1339417775a383c8cf5965c494e23",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=U(ARGV[1])\nlocal b,f=F()\nlocal aa,I={},0\nfor i=1,#KEYS/P do\nlocal r=J(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nif ay(r,a.c,b)then return{'ended'}end\nif r.c==a.c then I=I+1 end\naa[i]=r\nend\nlocal v={'granted',a.K,a.k,b}\nfor i,r in ipairs(aa)do\nif I<#aa and(r.c~='-' or r.j~='-' or r.x>b)then\nreturn{'held',i,Z(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(aa)do\nif I<#aa then\nas(r,a,a.K,b,f)\nw(r,b)\nelse\nv[2],v[3]=math.min(v[2],r.g - b),r.k\nend\nv[4+i]=r.d\nend\nreturn v";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "d735388ccbbae0a07ae6cb88cac1f8f89dcf4afa",
  keyLockingDigest: "854102b02d1316e6d4ae5ba949f3fdf99146d487",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,u,m=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nlocal E=G(r,b)\nlocal h=H(r,c)\nlocal v={'lost'}\nif h and h.k==k and h.d>d and h.u==u then\nv={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.C - h.m+m>r.l then return{'refused'}end\nr.d=math.max(r.d+1,f)\nr.C=r.C - h.m+m\nh.d,h.u,h.m=r.d,u,m\naA(r,c,h,b)\nv={'converted',h.d,h.g - b}\nE=true\nend\nif E then\nA(r,b,f)\nw(r,b)\nend\nreturn v";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "7736159c7f0ebfceceb5fbac5810da245511e482",
  keyLockingDigest: "655332fc85317f902aa547925c06c0c1a38cb165",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=F()\nlocal aD={}\nfor i=1,#KEYS/P do\nlocal c,k,K=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=J(i)\nlocal h=r and H(r,c)\naD[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+K)\naA(r,c,h,b)\naD[i]=h.g - b\nif r.j~='-' then aV(r,b)end\nw(r,b)\nelseif r and G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nend\nreturn aD";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "ea918a7c17534915ced25df8470467b8381c1080",
  keyLockingDigest: "11d8a17ea587a150897a2aa73e7213d1d27e71c0",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nif V(r.D,'!' .. c)then return 1 end\nif V(r.D,'.' .. c)then return 0 end\nG(r,b)\nlocal aM=aL(r)\nr.D=aE(r.D,(aM and '!' or '.').. c)\nA(r,b,f)\nw(r,b)\nreturn aM and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "838b6cc0e828e11bf266bf4c5146a0124c611d3d",
  keyLockingDigest: "78a4adc12c74a25b62798b6edceaefd45ba3cb05",
  get source() {
    return "local be=16\nredis.call('STRLEN',KEYS[1])\nlocal ac,br=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not ac then return{'kind'}end\nlocal d,aZ,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(ac)>d then return tonumber(ac)end\nif ARGV[5]=='get' then\nif tonumber(ac)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aC,aw=string.format('%s %s:%s',ARGV[1],aZ,ARGV[3]),1\nif tonumber(ac)==d then\nfor aU,aP in string.gmatch(br,' (%S+):(%d+)')do\nif aU==aZ then\nif tonumber(aP)>=number then return d end\nelseif aw<be then\naC,aw=aC .. ' ' .. aU .. ':' .. aP,aw+1\nend\nend\nend\nredis.call('SET',KEYS[2],aC,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "4acfa54de8468a1263821d389ccbe1dd2a4d1c4a",
  keyLockingDigest: "ef199f1554455c3b44b99e0bf4964feeda3946c6",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local T=tonumber(ARGV[1])\nlocal b,f=F()\nlocal r=J(1)\nif not r then return{'kind'}end\nif G(r,b)then\nA(r,b,f)\nw(r,b)\nend\nlocal Y={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then Y=redis.call('ZRANGE',r.Q,0,T - 1)end\nlocal M,X={},{}\nfor _,c in ipairs(Y)do\nlocal h=H(r,c)\nif h then\nfor _,aG in ipairs({redis.sha1hex(c),h.g,h.d,h.m,h.u,h.t})do table.insert(M,aG)end\nend\nend\nlocal function S(q,e)\nlocal a=U(e)\nfor _,aG in ipairs({math.floor(q/1000),a.m,a.u,a.t})do table.insert(X,aG)end\nend\nif r.j~='-' then S(j(r))end\nlocal queued=T>1 and r.p>0 and redis.call('ZRANGE',r.B,0,T - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do S(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.C,r.d,b,r.x,r.p+(r.j=='-' and 0 or 1),M,X}";
  },
};

export const latchScript: Script = {
  name: "latch",
  digest: "ac57cd5ab26be215f21eb99b5bfac25379540119",
  keyLockingDigest: "b30532878b582f0ade2eaf68e44605425d83fdba",
  get source() {
    return "local s,c=KEYS[1],'+' .. ARGV[3]\nlocal latch=redis.pcall('HMGET',s,'count','left','keep',c)\nif latch.err then\nlocal aR=redis.pcall('GET',s)\nlocal kind,l=string.match(type(aR)=='string' and aR or '','^(%l+) (%d+) ')\nreturn{'kind',kind or '',tonumber(l or 0)}\nend\nlocal count,left,z,aY=unpack(latch)\nlocal O=count and left and z\nif O and count~=ARGV[1]then return{'kind','latch',tonumber(count)}end\nif not O and redis.call('EXISTS',s)==1 then return{'kind','',0}end\nif aY then return tonumber(aY)end\nleft=tonumber(O and left or ARGV[1])\nlocal keep=math.max(tonumber(ARGV[2]),tonumber(O and z or 0))\nif left>0 and c~='+' then\nleft=math.max(left - tonumber(ARGV[4]),0)\nredis.call('HSET',s,'count',ARGV[1],'left',left,'keep',keep,c,left)\nredis.call('PEXPIRE',s,keep)\nif left==0 then redis.call('PUBLISH',ARGV[5],'ask')end\nelseif left>0 and O and ARGV[2]~='0' then\nredis.call('PEXPIRE',s,keep)\nend\nreturn left";
  },
};

export const listScript: Script = {
  name: "list",
  digest: "bede655fb941db73ee3a2949c553f6d3683399a1",
  keyLockingDigest: "a0633419f58e6d6f0a809163cebb240ae6aad6f1",
  plain: true,
  get source() {
    return "local az=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(az[2],1,az[1])\nreturn az[2]";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "54c55914e0e8388935900277aee9c150505da88c",
  keyLockingDigest: "ef532bb2904b2df67220c95888b18570a991007c",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ab={}\nfor i=1,#KEYS/P do\nlocal d=tonumber(ARGV[2+i])\nlocal r=J(i)\nlocal h=r and H(r,c)\nif h and h.k==k then\nae(r,c,h,'ab')\nlocal b,f\nif r.j~='-' then\nb,f=F()\nG(r,b)\nA(r,b,f)\nend\nw(r,b)\nab[i]=1\nelse\nlocal O=r and not h and r.ao>0 and d>=r.ao and d<=r.d\nab[i]=O and not V(r.D,c)and 1 or 0\nend\nend\nreturn ab";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "aed75137a1214786d5a84775543c3cff5535e3b5",
  keyLockingDigest: "f1e9cb583f6c14c8baa97dfba8403c704c8b0702",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=F()\nlocal r=J(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif V(r.D,call)then return r.l end\nr.D=aE(r.D,call)\nr.l=tonumber(ARGV[2])\nG(r,b)\nA(r,b,f)\nw(r,b)\nreturn r.l";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "d2d7e96f0442f83970624f3803bbf540b32678c8",
  keyLockingDigest: "f5e71923e7f3d1a54690b303f7e79022c600e46b",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=U(e)\nlocal b,f=F()\nfor i=1,#KEYS/P do\nlocal r=J(i,kind,l)\nif r then\nlocal h=H(r,a.c)\nif h and h.k==a.k then ae(r,a.c,h,'ab')end\naQ(r,e)\nr.ar=b+aI\nredis.call('ZREMRANGEBYSCORE',r.al,'-inf',L(b))\nredis.call('ZADD',r.al,L(r.ar),a.c)\nredis.call('PEXPIRE',r.al,aI)\nG(r,b)\nA(r,b,f)\nw(r,b)\nend\nend\nreturn 1";
  },
};
