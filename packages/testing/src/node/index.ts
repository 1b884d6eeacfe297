export { type RedisServer, type RedisServerOptions, startRedisServer } from "./redis-server.ts";
export { redisServerPath } from "./redis-server-path.ts";
