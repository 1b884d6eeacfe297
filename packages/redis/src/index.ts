export { type IoredisClient, type IoredisStoreOptions, ioredisStore } from "./ioredis/index.ts";
export { type NodeRedisClient, type NodeRedisStoreOptions, nodeRedisStore } from "./node-redis/index.ts";
