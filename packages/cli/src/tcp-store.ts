import type { Store } from "@holdfast/core";
import { EXIT } from "./exit-codes.ts";
import { Failure } from "./failure.ts";

/** A store over TCP, and its end. The client is loaded on demand: most have no use for it. */
export async function tcpStore(url: string): Promise<{ store: Store; end: () => void }> {
  if (!/^rediss?:\/\//.test(url))
    throw new Failure(EXIT.config, "HOLDFAST_REDIS_URL begins with redis:// or rediss://.");
  const [{ ioredisStore }, ioredis] = await Promise.all([
    import("@holdfast/redis/ioredis"),
    import("ioredis").catch(() => {
      throw new Failure(EXIT.config, "HOLDFAST_REDIS_URL needs the package ioredis: npm install ioredis");
    }),
  ]);
  const client = new ioredis.Redis(url, { connectionName: "holdfast-cli", lazyConnect: true });
  let trouble: NodeJS.ErrnoException | undefined;
  client.on("error", (error) => {
    trouble = error;
  });
  try {
    await client.connect();
  } catch {
    client.disconnect();
    const why = trouble?.code ? ` (${trouble.code})` : "";
    throw new Failure(EXIT.unavailable, `the Redis of HOLDFAST_REDIS_URL cannot be reached${why}.`);
  }
  return { store: ioredisStore(client), end: () => client.disconnect() };
}
