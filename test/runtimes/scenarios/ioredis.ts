import { ioredisStore } from "@holdfast/redis/ioredis";
import { Redis } from "ioredis";
import { handOver } from "./tcp.ts";
import type { World } from "./world.ts";

export async function overIoredis(world: World): Promise<void> {
  const client = new Redis(world.redis?.url ?? "");
  try {
    await handOver(ioredisStore(client), world);
  } finally {
    await client.quit();
  }
}
