export type { UpstashRedis } from "./client.ts";
export { type UpstashStoreOptions, upstashStore } from "./upstash-store.ts";
