export { engines, type RunningEngine, realRedis, type TestEngine } from "./engines.ts";
export { type RedisCluster, type RedisClusterOptions, startRedisCluster } from "./redis-cluster.ts";
export { type ReplicatedRedis, type ReplicatedRedisOptions, startReplicatedRedis } from "./redis-replicas.ts";
export { type RedisServer, type RedisServerOptions, startRedisServer } from "./redis-server.ts";
export { redisServerPath } from "./redis-server-path.ts";
