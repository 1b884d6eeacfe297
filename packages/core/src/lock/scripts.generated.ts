// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import type { Script } from "../store/script.ts";

const record = "local au,aR,aQ,aS=60000,120000,60000,16\nlocal aP={'kind','l','E','d','ag','g','k','c','p','u','ae',\n'F','ax','y','A','q','s','j'}\nlocal bs='^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal bt={kind=1,k=1,c=1,u=1,ae=1,F=1,j=1}\nlocal bu=' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal S=5\nlocal function H()\nlocal bj=redis.call('TIME')\nlocal f=bj[1]*1000000+bj[2]\nreturn math.floor(f/1000),f\nend\nlocal function N(number)return string.format('%.0f',number)end\nlocal function L(i,kind,l)\nlocal at=S*(i - 1)\nlocal aH=redis.pcall('GET',KEYS[at+1])\nif type(aH)=='table' then return nil end\nlocal aa={string.match(aH or(kind or 'unused').. ' ' ..(l or '1').. bu,bs)}\nif not aa[1]then return nil end\nlocal r={bB=not aH}\nfor n,V in ipairs(aP)do r[V]=bt[V]and aa[n]or tonumber(aa[n])end\nif r.kind=='unused' and kind then r.kind,r.l=kind,tonumber(l)end\nr.z,r.aD=r.j,{}\nr.t,r.C,r.O,r.U,r.ar=unpack(KEYS,at+1,at+S)\nreturn r\nend\nlocal function x(r,b)\nlocal aa={}\nfor n,V in ipairs(aP)do aa[n]=type(r[V])=='number' and N(r[V])or r[V]end\nlocal e=table.concat(aa,' ')\nif b then\nlocal bA=math.max(math.max(r.g,r.y,math.ceil(r.d/1000),b)+au,r.A,r.ax)\nredis.call('SET',r.t,e,'PX',N(bA - b))\nelseif r.bB then\nredis.call('SET',r.t,e,'PX',au)\nelse\nredis.call('SET',r.t,e,'KEEPTTL')\nend\nfor _,bc in ipairs(r.aD)do redis.call('PUBLISH',bc[1],bc[2])end\nr.aD={}\nend\nlocal function Z(W,aw)\nreturn string.find(',' .. W .. ',',',' .. aw .. ',',1,true)~=nil\nend\nlocal function aK(W,aw)\nlocal A,count=aw,1\nfor be in string.gmatch(W,'[^,]+')do\nif count==aS then break end\nif be~='-' then A,count=A .. ',' .. be,count+1 end\nend\nreturn A\nend\nlocal function aE(r,c,b)\nreturn Z(r.ae,c)or Z(r.F,c)\nor r.ax>b and redis.call('ZSCORE',r.ar,c)~=false\nend\nlocal function keep(r,bx,b,bi)\nif bi>r.A then\nr.A=bi+au\nelseif not bx then\nreturn\nend\nfor _,t in ipairs(r.kind=='mutex' and{r.C}or{r.C,r.O,r.U})do\nredis.call('PEXPIRE',t,N(r.A - b))\nend\nend";

const holders = "local bo='^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal bm='^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function Y(e)\nlocal a={}\na.c,a.k,a.M,a.o,a.v,a.p,a.av,a.ap,a.ah,a.bd,a.u=string.match(e,bm)\na.M,a.o,a.p,a.av,a.ap=tonumber(a.M),tonumber(a.o),tonumber(a.p),tonumber(a.av),tonumber(a.ap)\nreturn a\nend\nlocal function J(r,c)\nif r.kind=='mutex' then\nif r.c~=c then return nil end\nreturn{g=r.g,d=r.d,k=r.k,o=1,v='exclusive',p=r.p,u=r.u}\nend\nlocal e=redis.call('HGET',r.O,c)\nif not e then return nil end\nlocal h={}\nh.g,h.d,h.k,h.o,h.v,h.p,h.u=string.match(e,bo)\nh.g,h.d,h.o,h.p=tonumber(h.g),tonumber(h.d),tonumber(h.o),tonumber(h.p)\nreturn h\nend\nlocal function aG(r,c,h,b)\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.p,r.u=c,h.k,h.g,h.p,h.u\nreturn\nend\nredis.call('HSET',r.O,c,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s',h.g,h.d,h.k,h.o,h.v,h.p,h.u))\nredis.call('ZADD',r.U,N(h.g),c)\nkeep(r,r.E==0,b,h.g)\nend\nlocal function ai(r,c,h,aX)\nr[aX]=aK(r[aX],c)\nr.E=r.E - h.o\nif r.kind=='mutex' then\nr.c,r.k,r.g,r.p,r.u='-','-',0,0,'-'\nreturn\nend\nredis.call('HDEL',r.O,c)\nredis.call('ZREM',r.U,c)\nend\nlocal function aU(r)\nlocal T=r.kind=='mutex' and{r.c~='-' and r.c or nil}or redis.call('HKEYS',r.O)\nfor _,c in ipairs(T)do ai(r,c,J(r,c),'F')end\nif#T>aS then r.ag=r.d+1 end\nreturn#T>0\nend\nlocal function ay(r,a,am,b,f)\nr.d=math.max(r.d+1,f)\nif r.ag==0 then r.ag=r.d end\naG(r,a.c,{g=b+am,d=r.d,k=a.k,o=a.o,v=a.v,p=a.p,u=a.u},b)\nr.E=r.E+a.o\nend\nlocal function I(r,b)\nlocal aj={}\nif r.kind~='mutex' then\naj=redis.call('ZRANGEBYSCORE',r.U,'-inf',N(b))\nelseif r.c~='-' and r.g<=b then\naj={r.c}\nend\nfor _,c in ipairs(aj)do\nlocal h=J(r,c)\nr.y=h.p>0 and math.max(r.y,h.g+h.p)or r.y\nai(r,c,h,'F')\nend\nreturn#aj>0\nend\nlocal function ac(r,b)\nif r.y>b then return r.y - b end\nlocal g=r.g\nif r.kind~='mutex' then g=tonumber(redis.call('ZRANGE',r.U,0,0,'WITHSCORES')[2]or b)end\nreturn math.max(g,b)- b\nend";

const queue = "local bn=5\nlocal bp=100\nlocal function aq(r)\nr.j='-'\nif r.q==0 then return end\nlocal ao=redis.call('ZPOPMIN',r.C)\nr.q=ao[1]and r.q - 1 or 0\nif ao[1]then r.j=ao[2].. ' ' .. ao[1]end\nend\nlocal function j(r)\nlocal s,e=string.match(r.j,'^(%S+) (.+)$')\nreturn tonumber(s),e\nend\nlocal function bz(r,e,b,f)\nlocal _,z=j(r)\nif z==e then return 1 end\nlocal s=math.max(r.s+1,f)\nif not z then\nr.s,r.j=s,N(s).. ' ' .. e\nreturn 1\nend\nif redis.call('ZADD',r.C,'NX',N(s),e)==1 then\nr.s,r.q=s,r.q+1\nkeep(r,r.q==1,b,b+aR)\nreturn r.q+1\nend\nr.q=redis.call('ZCARD',r.C)\nkeep(r,false,b,b+aR)\nreturn redis.call('ZRANK',r.C,e)+2\nend\nlocal function aW(r,e)\nlocal _,z=j(r)\nreturn z==e or r.q>0 and redis.call('ZSCORE',r.C,e)~=false\nend\nlocal function ba(r,e)\nlocal _,z=j(r)\nif z==e then\naq(r)\nelseif r.q>0 and redis.call('ZREM',r.C,e)==1 then\nr.q=r.q - 1\nend\nend\nlocal function as(e,an)\nlocal a=Y(e)\nreturn a.ah=='-' or redis.call('PUBLISH',a.ah,string.format('first %s %.0f',a.bd,an))>0\nend\nlocal function bh(r,b)\nlocal _,e=j(r)\nlocal an=ac(r,b)\nif as(e,an)or r.q==0 then return end\nfor _,by in ipairs(redis.call('ZRANGE',r.C,0,bn - 1))do\nif as(by,an)then return end\nend\nend\nlocal function aT(r,b)\nif r.j~='-' and r.j~=r.z then bh(r,b)end\nr.z=r.j\nend\nlocal function B(r,b,f)\nlocal aA=0\nwhile r.j~='-' and r.y<=b do\nlocal s,e=j(r)\nlocal a=Y(e)\nif a.ap>0 and s/1000+a.ap<b then\naq(r)\nelseif a.o>r.l or J(r,a.c)or aE(r,a.c,b)then\naq(r)\nas(e,0)\nelseif r.E+a.o>r.l then\nbreak\nelseif aA==bp then\nas(e,0)\nr.z=r.j\nbreak\nelse\nlocal am=math.min(a.M,a.av)\naA=aA+1\naq(r)\nay(r,a,am,b,f)\nif a.ah~='-' then table.insert(r.aD,{a.ah,string.format('granted %s %.0f %.0f %.0f',a.bd,r.d,b,am)})end\nend\nend\naT(r,b)\nend";

const member = "local bq='^(%l+) (%S+) (%d+) (%d+) (%d+) (%S+)$'\nlocal function bF()\nlocal m={}\nm.aM,m.ak,m.al,m.floor,m.R,m.D=string.match(redis.call('GET',KEYS[#KEYS])or '',bq)\nif not m.aM then return nil end\nm.al,m.floor,m.R=tonumber(m.al),tonumber(m.floor),tonumber(m.R)\nreturn m\nend\nlocal function bg(m)\nredis.call('SET',KEYS[#KEYS],string.format('%s %s %.0f %.0f %.0f %s',m.aM,m.ak,m.al,m.floor,m.R,m.D))\nend\nlocal function bI(m,d,f)\nif not m or d<=math.max(m.R,f)then return end\nm.R=d\nbg(m)\nend\nlocal function bE(aL)\nif aL=='durable' then return '-' end\nlocal aY=redis.pcall('INFO','server')\nreturn type(aY)=='string' and string.match(aY,'run_id:(%w+)')or '-'\nend\nlocal function bH(ak,bv,aL,b)\nlocal m,D=bF(),bE(aL)\nif m and(D=='-' or D==m.D)then return m end\nif m and m.D=='-' then\nm.D=D\nelse\nm={aM='barred',ak=ak,al=b+bv,floor=m and m.floor or 0,R=m and m.R or 0,D=D}\nend\nbg(m)\nreturn m\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "65fc2dfb6f6bb8a8f0668e0f81fa4fe905a54eb2",
  keyLockingDigest: "d3e9d86d9381d0b0dd96c99dda984eb90090b50c",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e,aC,X=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])\nlocal a=Y(e)\nlocal b,f=H()\nlocal r=L(1,kind,l)\nif not r or r.kind~=kind then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal aN=aC=='barge-steal'\nlocal G=I(r,b)\nif r.j~='-' and not aN then\nlocal bw=r.j\nB(r,b,f)\nG=G or r.j~=bw\nend\nlocal function P(w)\nif aN then\nB(r,b,f)\nG=true\nend\nif G then x(r,b)end\nreturn w\nend\nlocal K=J(r,a.c)\nif K then return P({'granted',K.d,K.g - b,K.k,b})end\nif aE(r,a.c,b)then return P({'ended'})end\nif r.l~=tonumber(l)and not aW(r,e)then return P({'kind',r.kind,r.l})end\nif aN then\naU(r)\nr.y=0\nend\nlocal bC=r.y<=b and r.E+a.o<=r.l\nif bC and(r.j=='-' or string.sub(aC,1,5)=='barge')then\nba(r,e)\nay(r,a,a.M,b,f)\naT(r,b)\nG=true\nreturn P({'granted',r.d,a.M,a.k,b})\nend\nlocal ab=r.q+(r.j=='-' and 0 or 1)\nlocal az=math.max(b - math.floor(r.d/1000),0)\nif string.sub(aC,-3)=='try' then return P({'held',ac(r,b),az,ab,b})end\nif X>0 and ab>=X and not aW(r,e)then return P({'full',ac(r,b),az,ab,b})end\nlocal bD=bz(r,e,b,f)\nG=true\nreturn P({'queued',ac(r,b),az,bD,b})";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "5c0f9e6258c2765950ab4eea1165b6b2b5b16556",
  keyLockingDigest: "c9f07990ec8e791772e581c8bdf3e39eea5b304d",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a=Y(ARGV[1])\nlocal b,f=H()\nlocal ad,K={},0\nfor i=1,#KEYS/S do\nlocal r=L(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif I(r,b)then\nB(r,b,f)\nx(r,b)\nend\nif aE(r,a.c,b)then return{'ended'}end\nif r.c==a.c then K=K+1 end\nad[i]=r\nend\nlocal w={'granted',a.M,a.k,b}\nfor i,r in ipairs(ad)do\nif K<#ad and(r.c~='-' or r.j~='-' or r.y>b)then\nreturn{'held',i,ac(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(ad)do\nif K<#ad then\nay(r,a,a.M,b,f)\nx(r,b)\nelse\nw[2],w[3]=math.min(w[2],r.g - b),r.k\nend\nw[4+i]=r.d\nend\nreturn w";
  },
};

export const admitScript: Script = {
  name: "admit",
  digest: "ed303d766c71f038577179c9e234c42dd354120a",
  keyLockingDigest: "21b1033a9bfca23a4f5e6d9b9a72a6c5c708e6ae",
  get source() {
    return record + "\n" + member + "\n" + "local b=H()\nlocal m=bH(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nif m.aM=='voting' then return 1 end\nif ARGV[4]~='' and(m.ak~=ARGV[4]or m.al>b)then return 0 end\nm.aM='voting'\nm.floor=math.max(m.floor,m.R,tonumber(ARGV[5]))\nm.R=m.floor\nbg(m)\nreturn 1";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "42d34fa7f29620aee7fae89ebc2b0836e33bd3b1",
  keyLockingDigest: "e260af37a86a8337f6810639dcd037b706a67e15",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k,d,v,o=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])\nlocal b,f=H()\nlocal r=L(1)\nif not r then return{'kind'}end\nlocal G=I(r,b)\nlocal h=J(r,c)\nlocal w={'lost'}\nif h and h.k==k and h.d>d and h.v==v then\nw={'converted',h.d,h.g - b}\nelseif h and h.k==k and h.d==d then\nif r.E - h.o+o>r.l then\nw={'refused'}\nelse\nr.d=math.max(r.d+1,f)\nr.E=r.E - h.o+o\nh.d,h.v,h.o=r.d,v,o\naG(r,c,h,b)\nw={'converted',h.d,h.g - b}\nG=true\nend\nend\nif G then\nB(r,b,f)\nx(r,b)\nend\nreturn w";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "8cd6a2f93fc6240f36eda10dd246188448c69f27",
  keyLockingDigest: "efa42fb257320de63b18a115347aa650c1a94a2c",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=H()\nlocal aJ={}\nfor i=1,#KEYS/S do\nlocal c,k,M=ARGV[3*i - 2],ARGV[3*i - 1],tonumber(ARGV[3*i])\nlocal r=L(i)\nlocal h=r and J(r,c)\naJ[i]=0\nif h and h.k==k and h.g>b then\nh.g=math.max(h.g,b+M)\naG(r,c,h,b)\naJ[i]=h.g - b\nif r.j~='-' then bh(r,b)end\nx(r,b)\nelseif r and I(r,b)then\nB(r,b,f)\nx(r,b)\nend\nend\nreturn aJ";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "e439a4bea49c94fc700aa666686c5ba6dbddef06",
  keyLockingDigest: "dc9b770a56fc62e07a13431da8d33d3937d531da",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c=ARGV[1]\nlocal b,f=H()\nlocal r=L(1)\nif not r then return{'kind'}end\nif Z(r.F,'!' .. c)then return 1 end\nif Z(r.F,'.' .. c)then return 0 end\nI(r,b)\nlocal aV=aU(r)\nr.F=aK(r.F,(aV and '!' or '.').. c)\nB(r,b,f)\nx(r,b)\nreturn aV and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "89fc8bbd731ae09e285652114b1565b81dc3c794",
  keyLockingDigest: "e72b1d8a7bf3c69da0a948b94588ae39ba0d01cd",
  get source() {
    return "local br=16\nredis.call('STRLEN',KEYS[1])\nlocal af,bG=string.match(redis.call('GET',KEYS[2])or '0','^(%d+)(.*)$')\nif not af then return{'kind'}end\nlocal d,bl,number=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])\nif tonumber(af)>d then return tonumber(af)end\nif ARGV[5]=='get' then\nif tonumber(af)<d then redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[4])end\nreturn{'found',redis.call('GET',KEYS[1])}\nend\nlocal aI,aB=string.format('%s %s:%s',ARGV[1],bl,ARGV[3]),1\nif tonumber(af)==d then\nfor bf,aZ in string.gmatch(bG,' (%S+):(%d+)')do\nif bf==bl then\nif tonumber(aZ)>=number then return d end\nelseif aB<br then\naI,aB=aI .. ' ' .. bf .. ':' .. aZ,aB+1\nend\nend\nend\nredis.call('SET',KEYS[2],aI,'PX',ARGV[4])\nif ARGV[5]=='delete' then\nredis.call('DEL',KEYS[1])\nelseif ARGV[7]=='0' then\nredis.call('SET',KEYS[1],ARGV[6])\nelse\nredis.call('SET',KEYS[1],ARGV[6],'PX',ARGV[7])\nend\nreturn d";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "5212bfe8a1a713435caf284fb353158cca66fb5d",
  keyLockingDigest: "70fb27bab5a3492bdaa56ab15691c90141b9fd78",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local X=tonumber(ARGV[1])\nlocal b,f=H()\nlocal r=L(1)\nif not r then return{'kind'}end\nif I(r,b)then\nB(r,b,f)\nx(r,b)\nend\nlocal T={r.c~='-' and r.c or nil}\nif r.kind~='mutex' then T=redis.call('ZRANGE',r.U,0,X - 1)end\nlocal O,ab={},{}\nfor _,c in ipairs(T)do\nlocal h=J(r,c)\nif h then\nfor _,aO in ipairs({redis.sha1hex(c),h.g,h.d,h.o,h.v,h.u})do table.insert(O,aO)end\nend\nend\nlocal function W(s,e)\nlocal a=Y(e)\nfor _,aO in ipairs({redis.sha1hex(a.c),math.floor(s/1000),a.o,a.v,a.u})do table.insert(ab,aO)end\nend\nif r.j~='-' then W(j(r))end\nlocal queued=X>1 and r.q>0 and redis.call('ZRANGE',r.C,0,X - 2,'WITHSCORES')or{}\nfor i=1,#queued,2 do W(tonumber(queued[i+1]),queued[i])end\nreturn{r.kind,r.l,r.E,r.d,b,r.y,r.q+(r.j=='-' and 0 or 1),O,ab}";
  },
};

export const latchScript: Script = {
  name: "latch",
  digest: "f2513ddd7fabd5e1efaaedd690c5999a9c2ef7fe",
  keyLockingDigest: "a995a62ae9a10590cd141aea121c90551830f96d",
  get source() {
    return "local t,c=KEYS[1],'+' .. ARGV[3]\nlocal latch=redis.pcall('HMGET',t,'count','left','keep',c)\nif latch.err then\nlocal bb=redis.pcall('GET',t)\nlocal kind,l=string.match(type(bb)=='string' and bb or '','^(%l+) (%d+) ')\nreturn{'kind',kind or '',tonumber(l or 0)}\nend\nlocal count,left,A,bk=unpack(latch)\nlocal Q=count and left and A\nif Q and count~=ARGV[1]then return{'kind','latch',tonumber(count)}end\nif not Q and redis.call('EXISTS',t)==1 then return{'kind','',0}end\nif bk then return tonumber(bk)end\nleft=tonumber(Q and left or ARGV[1])\nlocal keep=math.max(tonumber(ARGV[2]),tonumber(Q and A or 0))\nif left>0 and c~='+' then\nleft=math.max(left - tonumber(ARGV[4]),0)\nredis.call('HSET',t,'count',ARGV[1],'left',left,'keep',keep,c,left)\nredis.call('PEXPIRE',t,keep)\nif left==0 then redis.call('PUBLISH',ARGV[5],'ask')end\nelseif left>0 and Q and ARGV[2]~='0' then\nredis.call('PEXPIRE',t,keep)\nend\nreturn left";
  },
};

export const listScript: Script = {
  name: "list",
  digest: "39a22c388180e30aa51541b0e9dc9ee07b15490b",
  keyLockingDigest: "a2f263c675be24b5b41a0c5d0aef031992706894",
  plain: true,
  get source() {
    return "local aF=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(aF[2],1,aF[1])\nreturn aF[2]";
  },
};

export const membershipScript: Script = {
  name: "membership",
  digest: "51240b5156eec80d66d35a015027da92cdaa93d7",
  keyLockingDigest: "95bd9a95d23b112d1d4071720da8b9c7d73619cf",
  get source() {
    return record + "\n" + member + "\n" + "local b,f=H()\nlocal m=bH(ARGV[1],tonumber(ARGV[2]),ARGV[3],b)\nreturn{m.ak,m.aM,math.max(m.al - b,0),math.max(m.R,m.floor,f),b}";
  },
};

export const raiseScript: Script = {
  name: "raise",
  digest: "0d93ee2bef2675141fe246c2b4f47ca51564d186",
  keyLockingDigest: "654a27d6af0853602c1fa2a71892e14ec259deb6",
  get source() {
    return record + "\n" + holders + "\n" + member + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal b,f=H()\nlocal ad={}\nfor i=1,math.floor(#KEYS/S)do\nlocal r=L(i)\nlocal h=r and J(r,c)\nif not h or h.k~=k or h.g<=b then return 0 end\nad[i]=r\nend\nlocal m=bF()\nfor i,r in ipairs(ad)do\nr.d=math.max(r.d,tonumber(ARGV[2+i]))\nbI(m,r.d,f)\nx(r,b)\nend\nreturn 1";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "2721f38ee344a8f42dc2256733988fd8972c45e4",
  keyLockingDigest: "361b3b611f8affc4c8658385038038c549f6d388",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,k=ARGV[1],ARGV[2]\nlocal ae={}\nfor i=1,#KEYS/S do\nlocal d=tonumber(ARGV[2+i])\nlocal r=L(i)\nlocal h=r and J(r,c)\nif h and h.k==k then\nai(r,c,h,'ae')\nlocal b,f\nif r.j~='-' then\nb,f=H()\nI(r,b)\nB(r,b,f)\nend\nx(r,b)\nae[i]=1\nelse\nlocal Q=r and not h and r.ag>0 and d>=r.ag and d<=r.d\nae[i]=Q and not Z(r.F,c)and 1 or 0\nend\nend\nreturn ae";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "5da19b4fffb9a0f26da3c583970abce5775d3349",
  keyLockingDigest: "852e7a107b08b79cd3235b614ed728b31964c517",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local b,f=H()\nlocal r=L(1,ARGV[1],ARGV[2])\nif not r or r.kind~=ARGV[1]then return{'kind',r and r.kind or '',r and r.l or 0}end\nlocal call='=' .. ARGV[3]\nif Z(r.F,call)then return r.l end\nr.F=aK(r.F,call)\nr.l=tonumber(ARGV[2])\nI(r,b)\nB(r,b,f)\nx(r,b)\nreturn r.l";
  },
};

export const surveyScript: Script = {
  name: "survey",
  digest: "6cab46a3fff5c99f2bbb74eff2c8fc449c2b14ce",
  keyLockingDigest: "a48ebd14ab4e92f1a0433f2302d9adf6103ba936",
  plain: true,
  get source() {
    return record + "\n" + holders + "\n" + "local bJ=10\nlocal b=H()\nlocal bO,bM,bR={},0,{}\nlocal function aM(t)\nlocal aH=redis.pcall('GET',t)\nlocal aa={string.match(type(aH)=='string' and aH or '',bs)}\nif not aa[1]or aa[1]=='unused' then return nil end\nlocal r={O=t .. ':holders',U=t .. ':expiries'}\nfor n,V in ipairs(aP)do r[V]=bt[V]and aa[n]or tonumber(aa[n])end\nreturn r\nend\nlocal function bP(r)\nif r.kind=='mutex' then\nif r.c~='-' and r.g>b then return 1,r.c end\nr.E=0\nreturn 0\nend\nif r.E==0 then return 0 end\nlocal aj=redis.call('ZRANGEBYSCORE',r.U,'-inf',N(b))\nfor _,c in ipairs(aj)do\nlocal h=J(r,c)\nr.E=r.E -(h and h.o or 0)\nend\nreturn redis.call('ZCARD',r.U)-#aj,redis.call('ZRANGE',r.U,#aj,#aj)[1]\nend\nlocal function bQ(t)\nif bR[t]then return end\nbR[t]=true\nlocal r=aM(t)\nif not r then return end\nlocal bN,c=bP(r)\nlocal h=c and J(r,c)\nbM=bM+1\nfor _,aO in ipairs({t,r.kind,r.l,r.E,bN,r.q+(r.j=='-' and 0 or 1),r.d})do table.insert(bO,aO)end\nfor _,aO in ipairs(h and{redis.sha1hex(c),h.g,h.d,h.v,h.u}or{'',0,0,'','-'})do table.insert(bO,aO)end\nend\nfor i=1,#KEYS,S do bQ(KEYS[i])end\nlocal bK=ARGV[1]\nfor _=1,#KEYS==0 and bJ or 0 do\nlocal aF=redis.call('SCAN',bK,'MATCH',ARGV[2],'COUNT',ARGV[3])\nbK=aF[1]\nfor _,t in ipairs(aF[2])do bQ(t)end\nif bK=='0' or bM>=tonumber(ARGV[3])then break end\nend\nreturn{bK,b,bO}";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "a17258c0740dc7b317774a3c7f9c409462c29662",
  keyLockingDigest: "80eea8db89947a9bf285a2aa3d6a215ac7deafa8",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind,l,e=ARGV[1],ARGV[2],ARGV[3]\nlocal a=Y(e)\nlocal b,f=H()\nfor i=1,#KEYS/S do\nlocal r=L(i,kind,l)\nif r then\nlocal h=J(r,a.c)\nif h and h.k==a.k then ai(r,a.c,h,'ae')end\nba(r,e)\nr.ax=b+aQ\nredis.call('ZREMRANGEBYSCORE',r.ar,'-inf',N(b))\nredis.call('ZADD',r.ar,N(r.ax),a.c)\nredis.call('PEXPIRE',r.ar,aQ)\nI(r,b)\nB(r,b,f)\nx(r,b)\nend\nend\nreturn 1";
  },
};

export const unvoteScript: Script = {
  name: "unvote",
  digest: "0135fe1afb7df359c7ce65644891d8d3e1260aa3",
  keyLockingDigest: "131281d68531ae85fabc2d792f9e0876c09e500d",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local c,bL,k=ARGV[1],ARGV[2]=='final',ARGV[3]\nlocal b,f=H()\nlocal bS={}\nfor i=1,math.floor(#KEYS/S)do\nlocal r=L(i,'mutex','1')\nbS[i]=0\nif r then\nlocal h=J(r,c)\nlocal K=h and(h.k==k or bL and string.sub(h.k,1,#k+1)==k .. '.')\nif K or bL and Z(r.ae,c)then bS[i]=1 end\nlocal ae=r.ae\nif K then ai(r,c,h,'ae')end\nif not bL then r.ae=ae end\nif not bL or not K then\nr.ax=math.max(r.ax,b+aQ)\nredis.call('ZREMRANGEBYSCORE',r.ar,'-inf',N(b))\nredis.call('ZADD',r.ar,N(b+aQ),bL and c or k)\nredis.call('PEXPIRE',r.ar,aQ)\nend\nI(r,b)\nB(r,b,f)\nx(r,b)\nend\nend\nreturn bS";
  },
};

export const voteScript: Script = {
  name: "vote",
  digest: "9a78dd4159f8a8215090a114b473e510dcf86afc",
  keyLockingDigest: "e3b70857e786015545599bdf30e25075d0f6e781",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + member + "\n" + "local a=Y(ARGV[1])\nlocal b,f=H()\nlocal m=bH(ARGV[2],tonumber(ARGV[3]),ARGV[4],b)\nif m.aM~='voting' then return{m.ak,'barred',math.max(m.al - b,0)}end\nlocal ad,K={},0\nfor i=1,math.floor(#KEYS/S)do\nlocal r=L(i,'mutex','1')\nif not r or r.kind~='mutex' then return{'kind',r and r.kind or '',r and r.l or 0}end\nif I(r,b)then\nB(r,b,f)\nx(r,b)\nend\nif aE(r,a.c,b)or aE(r,a.k,b)then return{m.ak,'ended'}end\nif r.c==a.c then K=K+1 end\nad[i]=r\nend\nlocal w={m.ak,'granted',a.M,a.k,b}\nfor i,r in ipairs(ad)do\nif K<#ad and(r.c~='-' or r.j~='-' or r.y>b)then\nreturn{m.ak,'held',i,ac(r,b),math.max(b - math.floor(r.d/1000),0),b}\nend\nend\nfor i,r in ipairs(ad)do\nif K<#ad then\nr.d=math.max(r.d,m.floor)\nay(r,a,a.M,b,f)\nbI(m,r.d,f)\nx(r,b)\nelse\nw[3],w[4]=math.min(w[3],r.g - b),r.k\nend\nw[5+i]=r.d\nend\nreturn w";
  },
};
