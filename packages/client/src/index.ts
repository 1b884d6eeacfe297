export { type Client, createClient } from "./create-client.ts";
export type { ClientOptions } from "./options.ts";
export type { GetToken } from "./tokens.ts";
export { watchWorker } from "./worker/watch-worker.ts";
