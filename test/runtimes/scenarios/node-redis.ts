import { nodeRedisStore } from "@holdfast/redis/node-redis";
import { createClient } from "redis";
import { handOver } from "./tcp.ts";
import type { World } from "./world.ts";

export async function overNodeRedis(world: World): Promise<void> {
  const client = await createClient({ url: world.redis?.url ?? "" }).connect();
  try {
    await handOver(nodeRedisStore(client), world);
  } finally {
    await client.close();
  }
}
