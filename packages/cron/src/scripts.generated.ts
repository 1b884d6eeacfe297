// Made from scripts/*.lua by `pnpm --filter @holdfast/cron generate`. Do not edit.
import { began, recorded } from "./acknowledged.ts";
import type { Script } from "@holdfast/core";

const task = "local m,g,r,u=KEYS[1],KEYS[2],KEYS[3],KEYS[4]\nlocal V=200\nlocal function c(number)return string.format('%.0f',number)end\nlocal function N()\nlocal o=redis.call('TIME')\nreturn o[1]*1000+math.floor(o[2]/1000)\nend\nlocal function A(B,ms)\nif redis.call('PTTL',B)<ms then redis.call('PEXPIRE',B,c(ms))end\nend\nlocal function R()\nlocal t={}\nt.d,t.e,t.b,t.f,t.ag,t.ac,t.T,t.w,t.l,t.p,t.ae,t.Z,t.U=unpack(redis.call(\n'HMGET',m,'state','attempt','fence','round','started','ended','lasts','lock','before','print','result',\n'kept','fault'))\nt.e,t.b,t.f=tonumber(t.e or 0),tonumber(t.b or 0),tonumber(t.f or 0)\nreturn t\nend\nlocal function O(t,b,f)\nif t.b~=b then return t.b<b and -1 or 1 end\nif t.f~=f then return t.f<f and -1 or 1 end\nreturn 0\nend\nlocal function E(b,f)return c(b).. '.' .. c(f)end\nlocal function S(id,F,a,ms)\nif not g then return end\nredis.call('ZADD',r,'NX',c(a),id)\nredis.call('HSETNX',u,id,F)\nlocal L=redis.call('ZCARD',r)- V\nif L>0 then\nredis.call('HDEL',u,unpack(redis.call('ZRANGE',r,0,L - 1)))\nredis.call('ZREMRANGEBYRANK',r,0,L - 1)\nend\nA(r,ms)\nA(u,ms)\nend\nlocal function K(id,d,a,af)\nlocal F=g and redis.call('HGET',u,id)\nif not F then return end\nlocal aa,h,ab=string.match(F,'^%S+ (%S+ %S+ %S+) %S+ (%S+) (.*)$')\nredis.call('HSET',u,id,table.concat({d,aa,c(a),h,af or ab},' '))\nend";

export const beginScript: Script = {
  name: "begin",
  digest: "8dd18e1418debec978efdf8e385f02bc4de88b8c",
  keyLockingDigest: "01ad55df5de9d5d21a36f03c5a4540624ebca67e",
  acknowledged: began,
  get source() {
    return task + "\n" + "local b,f,w,P=tonumber(ARGV[1]),tonumber(ARGV[2]),ARGV[3],tonumber(ARGV[4])\nlocal H,M,q=tonumber(ARGV[5]),tonumber(ARGV[6]),tonumber(ARGV[7])\nlocal h,p,Q=ARGV[8],ARGV[12],ARGV[17]\nlocal C=b>0\nlocal a=N()\nlocal t=R()\nlocal j={}\nif g then\nj.D,j.I,j.Y,j.b=unpack(redis.call('HMGET',g,'latest','held','holder','fence'))\nend\nlocal y=math.max(q,H+60000)\nlocal function v(X)\nS(ARGV[13],table.concat({'skipped:' .. X,c(t.e),'0',c(a),c(a),h,ARGV[11]},' '),\na,q)\nend\nif t.p and t.p~='' and p~='' and t.p~=p then return{'mismatch',a}end\nif t.d=='succeeded' then\nv('succeeded')\nreturn{'succeeded',a,t.e,tonumber(t.ac),tonumber(t.Z),t.ae}\nend\nlocal k=O(t,b,f)\nif t.d=='running' then\nlocal W=not C or t.w~=w\nlocal ad=t.w=='job' and tonumber(j.b or 0)>t.b\nif C and k==0 then return{'began',a,t.e,t.l}end\nif W and not ad and a<tonumber(t.T)then\nif ARGV[15]=='1' then v('running')end\nreturn{'running',a,tonumber(t.T)}\nend\nend\nif C and k>=0 then return{'stale',a}end\nif not C then\nif ARGV[14]=='1' then\nif ARGV[15]=='1' then v('running')end\nreturn{'running',a,a+H}\nend\nif ARGV[16]=='1' then v('overlap')end\nreturn{'busy',a}\nend\nif t.d=='running' then\nK(E(t.b,t.f),'abandoned',a)\nt.d,t.U='abandoned',''\nredis.call('HSET',m,'state',t.d,'fault','','ended',c(a))\nend\nif P>0 and t.e>=P then\nv('exhausted')\nreturn{'exhausted',a,t.e,t.U or ''}\nend\nif tonumber(j.I or 0)>a and j.Y~=Q then\nif ARGV[16]=='1' then v('too-soon')end\nreturn{'soon',a,tonumber(j.I)}\nend\nlocal l=t.l\nif not l then\nl=''\nif j.D and h~='-' and tonumber(j.D)<tonumber(h)then l=j.D end\nend\nredis.call('HSET',m,'state','running','attempt',c(t.e+1),'fence',ARGV[1],'round',ARGV[2],\n'started',c(a),'lasts',c(a+H),'lock',w,'before',l,'print',p,'fault','')\nredis.call('PEXPIRE',m,c(y))\nif g then\nredis.call('HSET',g,'cron',ARGV[9],'zone',ARGV[10])\nif w=='job' then redis.call('HSET',g,'fence',ARGV[1])end\nif h~='-' and tonumber(h)>tonumber(j.D or 0)then redis.call('HSET',g,'latest',h)end\nif M>0 then\nredis.call('HSET',g,'held',c(math.max(a+M,tonumber(j.I or 0))),'holder',Q)\nend\nA(g,y)\nend\nS(E(b,f),table.concat({'running',c(t.e+1),ARGV[1],c(a),'0',h,ARGV[11]},' '),\na,y)\nreturn{'began',a,t.e+1,l}";
  },
};

export const finishScript: Script = {
  name: "finish",
  digest: "d1d9fd915398f2c930f4d43294c8459f3514df82",
  keyLockingDigest: "a4fcbb081ee36f22b393e88b582db9ae231c8e70",
  acknowledged: recorded,
  get source() {
    return task + "\n" + "local b,f,to,q=tonumber(ARGV[1]),tonumber(ARGV[2]),ARGV[3],tonumber(ARGV[7])\nlocal a=N()\nlocal t=R()\nlocal k=O(t,b,f)\nif k>0 or k<0 and t.d=='succeeded' then return{'stale',a}end\nlocal y=math.max(q,tonumber(ARGV[9])+60000)\nlocal id=E(b,f)\nif to=='withdrawn' then\nif k==0 and t.d~='running' then return{'recorded',a}end\nlocal e,d=t.e,t.d or 'idle'\nif k==0 then\ne=e - 1\nd=e>0 and 'failed' or 'idle'\nif g then\nredis.call('ZREM',r,id)\nredis.call('HDEL',u,id)\nif redis.call('HGET',g,'fence')==ARGV[1]then redis.call('HDEL',g,'held','holder')end\nend\nelseif d=='running' then\nK(E(t.b,t.f),'abandoned',a)\nd='abandoned'\nend\nredis.call('HSET',m,'state',d,'attempt',c(e),'fence',ARGV[1],'round',ARGV[2])\nA(m,y)\nreturn{'recorded',a}\nend\nif k==0 and t.d~='running' and(to~='succeeded' or t.d==to)then return{'recorded',a}end\nredis.call('HSET',m,'state',to,'attempt',c(math.max(t.e,1)),'fence',ARGV[1],'round',ARGV[2],\n'ended',c(a),'result',ARGV[4],'kept',ARGV[5],'fault',ARGV[6])\nredis.call('PEXPIRE',m,c(q))\nK(id,to,a,ARGV[8])\nif g and to=='succeeded' then\nredis.call('HSET',g,'success',c(a))\nA(g,q)\nend\nreturn{'recorded',a}";
  },
};

export const historyScript: Script = {
  name: "history",
  digest: "1381c98db7cc5d8c6e329f770610f89322c77a98",
  keyLockingDigest: "61422057c1b14d4e022189388c5182ad08fa10a1",
  get source() {
    return "local o=redis.call('TIME')\nlocal s={o[1]*1000+math.floor(o[2]/1000)}\nfor i=1,#KEYS,3 do\nlocal G=redis.call('HMGET',KEYS[i],'cron','zone','success')\nlocal z={G[1]or '',G[2]or '',G[3]or ''}\nfor _,id in ipairs(redis.call('ZREVRANGE',KEYS[i+1],0,ARGV[1]- 1))do\nz[#z+1]=id\nz[#z+1]=redis.call('HGET',KEYS[i+2],id)or ''\nend\ns[#s+1]=z\nend\nreturn s";
  },
};

export const jobsScript: Script = {
  name: "jobs",
  digest: "0cfb0bce5f2c5a1e34e4c95202c295a17e449dc6",
  keyLockingDigest: "52e13e1fe1a2bd23ca40ab7a006d6442af8d3d47",
  plain: true,
  get source() {
    return "local J=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(J[2],1,J[1])\nreturn J[2]";
  },
};

export const lookScript: Script = {
  name: "look",
  digest: "a18f2ea8526f6fc483ca49a63154eccb92d11467",
  keyLockingDigest: "a61faa1be3d0fa53cafe246ea414bf27cd80db32",
  get source() {
    return "local o=redis.call('TIME')\nlocal s={o[1]*1000+math.floor(o[2]/1000)}\nfor i,B in ipairs(KEYS)do\nlocal x=redis.call('HMGET',B,'state','attempt','started','ended','lasts','kept','fault','result')\nfor n=1,8 do x[n]=x[n]or '' end\nif ARGV[1]~='1' then x[8]='' end\ns[i+1]=x[1]~='' and x or{}\nend\nreturn s";
  },
};
