// Made from scripts/*.lua by `pnpm --filter @holdfast/cron generate`. Do not edit.
import type { Script } from "@holdfast/core";

const task = "local o,g,s,u=KEYS[1],KEYS[2],KEYS[3],KEYS[4]\nlocal U=200\nlocal function c(number)return string.format('%.0f',number)end\nlocal function M()\nlocal p=redis.call('TIME')\nreturn p[1]*1000+math.floor(p[2]/1000)\nend\nlocal function z(A,ms)\nif redis.call('PTTL',A)<ms then redis.call('PEXPIRE',A,c(ms))end\nend\nlocal function Q()\nlocal t={}\nt.d,t.e,t.b,t.f,t.af,t.ab,t.S,t.w,t.l,t.q,t.ad,t.Y,t.T=unpack(redis.call(\n'HMGET',o,'state','attempt','fence','round','started','ended','lasts','lock','before','print','result',\n'kept','fault'))\nt.e,t.b,t.f=tonumber(t.e or 0),tonumber(t.b or 0),tonumber(t.f or 0)\nreturn t\nend\nlocal function N(t,b,f)\nif t.b~=b then return t.b<b and -1 or 1 end\nif t.f~=f then return t.f<f and -1 or 1 end\nreturn 0\nend\nlocal function D(b,f)return c(b).. '.' .. c(f)end\nlocal function R(id,E,a,ms)\nif not g then return end\nredis.call('ZADD',s,'NX',c(a),id)\nredis.call('HSETNX',u,id,E)\nlocal K=redis.call('ZCARD',s)- U\nif K>0 then\nredis.call('HDEL',u,unpack(redis.call('ZRANGE',s,0,K - 1)))\nredis.call('ZREMRANGEBYRANK',s,0,K - 1)\nend\nz(s,ms)\nz(u,ms)\nend\nlocal function J(id,d,a,ae)\nlocal E=g and redis.call('HGET',u,id)\nif not E then return end\nlocal Z,h,aa=string.match(E,'^%S+ (%S+ %S+ %S+) %S+ (%S+) (.*)$')\nredis.call('HSET',u,id,table.concat({d,Z,c(a),h,ae or aa},' '))\nend";

export const beginScript: Script = {
  name: "begin",
  digest: "448536ba46d8f181c25cccd0f56ca0f2e4f778f4",
  keyLockingDigest: "c2052ce1055e8b6612bb715fc420e0822659a916",
  get source() {
    return task + "\n" + "local b,f,w,O=tonumber(ARGV[1]),tonumber(ARGV[2]),ARGV[3],tonumber(ARGV[4])\nlocal G,L,r=tonumber(ARGV[5]),tonumber(ARGV[6]),tonumber(ARGV[7])\nlocal h,q,P=ARGV[8],ARGV[12],ARGV[17]\nlocal B=b>0\nlocal a=M()\nlocal t=Q()\nlocal j={}\nif g then\nj.C,j.H,j.X,j.b=unpack(redis.call('HMGET',g,'latest','held','holder','fence'))\nend\nlocal y=math.max(r,G+60000)\nlocal function v(W)\nR(ARGV[13],table.concat({'skipped:' .. W,c(t.e),'0',c(a),c(a),h,ARGV[11]},' '),\na,r)\nend\nif t.q and t.q~='' and q~='' and t.q~=q then return{'mismatch',a}end\nif t.d=='succeeded' then\nv('succeeded')\nreturn{'succeeded',a,t.e,tonumber(t.ab),tonumber(t.Y),t.ad}\nend\nlocal k=N(t,b,f)\nif t.d=='running' then\nlocal V=not B or t.w~=w\nlocal ac=t.w=='job' and tonumber(j.b or 0)>t.b\nif B and k==0 then return{'began',a,t.e,t.l}end\nif V and not ac and a<tonumber(t.S)then\nif ARGV[15]=='1' then v('running')end\nreturn{'running',a,tonumber(t.S)}\nend\nend\nif B and k>=0 then return{'stale',a}end\nif not B then\nif ARGV[14]=='1' then\nif ARGV[15]=='1' then v('running')end\nreturn{'running',a,a+G}\nend\nif ARGV[16]=='1' then v('overlap')end\nreturn{'busy',a}\nend\nif t.d=='running' then\nJ(D(t.b,t.f),'abandoned',a)\nt.d,t.T='abandoned',''\nredis.call('HSET',o,'state',t.d,'fault','','ended',c(a))\nend\nif O>0 and t.e>=O then\nv('exhausted')\nreturn{'exhausted',a,t.e,t.T or ''}\nend\nif tonumber(j.H or 0)>a and j.X~=P then\nif ARGV[16]=='1' then v('too-soon')end\nreturn{'soon',a,tonumber(j.H)}\nend\nlocal l=t.l\nif not l then\nl=''\nif j.C and h~='-' and tonumber(j.C)<tonumber(h)then l=j.C end\nend\nredis.call('HSET',o,'state','running','attempt',c(t.e+1),'fence',ARGV[1],'round',ARGV[2],\n'started',c(a),'lasts',c(a+G),'lock',w,'before',l,'print',q,'fault','')\nredis.call('PEXPIRE',o,c(y))\nif g then\nredis.call('HSET',g,'cron',ARGV[9],'zone',ARGV[10])\nif w=='job' then redis.call('HSET',g,'fence',ARGV[1])end\nif h~='-' and tonumber(h)>tonumber(j.C or 0)then redis.call('HSET',g,'latest',h)end\nif L>0 then\nredis.call('HSET',g,'held',c(math.max(a+L,tonumber(j.H or 0))),'holder',P)\nend\nz(g,y)\nend\nR(D(b,f),table.concat({'running',c(t.e+1),ARGV[1],c(a),'0',h,ARGV[11]},' '),\na,y)\nreturn{'began',a,t.e+1,l}";
  },
};

export const finishScript: Script = {
  name: "finish",
  digest: "b6cf6a8a37b80b803fe5615643269f742d88a1e5",
  keyLockingDigest: "551ec38134422bd6dff0cf38ef886a403020d41b",
  get source() {
    return task + "\n" + "local b,f,to,r=tonumber(ARGV[1]),tonumber(ARGV[2]),ARGV[3],tonumber(ARGV[7])\nlocal a=M()\nlocal t=Q()\nlocal k=N(t,b,f)\nif k>0 or k<0 and t.d=='succeeded' then return{'stale',a}end\nlocal y=math.max(r,tonumber(ARGV[9])+60000)\nlocal id=D(b,f)\nif to=='withdrawn' then\nif k==0 and t.d~='running' then return{'recorded',a}end\nlocal e,d=t.e,t.d or 'idle'\nif k==0 then\ne=e - 1\nd=e>0 and 'failed' or 'idle'\nif g then\nredis.call('ZREM',s,id)\nredis.call('HDEL',u,id)\nif redis.call('HGET',g,'fence')==ARGV[1]then redis.call('HDEL',g,'held','holder')end\nend\nelseif d=='running' then\nJ(D(t.b,t.f),'abandoned',a)\nd='abandoned'\nend\nredis.call('HSET',o,'state',d,'attempt',c(e),'fence',ARGV[1],'round',ARGV[2])\nz(o,y)\nreturn{'recorded',a}\nend\nif k==0 and t.d~='running' and(to~='succeeded' or t.d==to)then return{'recorded',a}end\nredis.call('HSET',o,'state',to,'attempt',c(math.max(t.e,1)),'fence',ARGV[1],'round',ARGV[2],\n'ended',c(a),'result',ARGV[4],'kept',ARGV[5],'fault',ARGV[6])\nredis.call('PEXPIRE',o,c(r))\nJ(id,to,a,ARGV[8])\nif g and to=='succeeded' then\nredis.call('HSET',g,'success',c(a))\nz(g,r)\nend\nreturn{'recorded',a}";
  },
};

export const historyScript: Script = {
  name: "history",
  digest: "f5a48cac65d5736d76e2395e66a44ef84964aee8",
  keyLockingDigest: "3c6cae2320b14cfb94348341b05b80d853c42d40",
  get source() {
    return "local p=redis.call('TIME')\nlocal F=redis.call('HMGET',KEYS[1],'cron','zone','success')\nlocal m={p[1]*1000+math.floor(p[2]/1000),F[1]or '',F[2]or '',F[3]or ''}\nfor _,id in ipairs(redis.call('ZREVRANGE',KEYS[2],0,ARGV[1]- 1))do\nm[#m+1]=id\nm[#m+1]=redis.call('HGET',KEYS[3],id)or ''\nend\nreturn m";
  },
};

export const jobsScript: Script = {
  name: "jobs",
  digest: "a6423ef3cfba6933bc6dbe988d5f85a87281d973",
  keyLockingDigest: "b9fc408bb101438f14310b49d9b058049118c065",
  plain: true,
  get source() {
    return "local I=redis.call('SCAN',ARGV[1],'MATCH',ARGV[2],'COUNT',ARGV[3])\ntable.insert(I[2],1,I[1])\nreturn I[2]";
  },
};

export const lookScript: Script = {
  name: "look",
  digest: "6c13491c0d1128002220885c2386b10b284ab832",
  keyLockingDigest: "42946e7c8e1757863cc4cda34b4750a22d1344ac",
  get source() {
    return "local p=redis.call('TIME')\nlocal m={p[1]*1000+math.floor(p[2]/1000)}\nfor i,A in ipairs(KEYS)do\nlocal x=redis.call('HMGET',A,'state','attempt','started','ended','lasts','kept','fault','result')\nfor n=1,8 do x[n]=x[n]or '' end\nif ARGV[1]~='1' then x[8]='' end\nm[i+1]=x[1]~='' and x or{}\nend\nreturn m";
  },
};
