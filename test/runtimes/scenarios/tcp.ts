import { createLocks, type Lease, restStore, type Store } from "@holdfast/core";
import { check, equal, until } from "./expect.ts";
import { lazy, type Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** For runtimes with TCP: each over a client of its own, in a module that nobody else loads. */
export const tcpScenarios: readonly Scenario[] = [
  lazy("@holdfast/redis/ioredis", async () => (await import("./ioredis.ts")).overIoredis),
  lazy("@holdfast/redis/node-redis", async () => (await import("./node-redis.ts")).overNodeRedis),
];

/** The lock goes from TCP to REST and back on one redis-server, each time by a wake-up. */
export async function handOver(store: Store, { name, namespace, token, redis }: World): Promise<void> {
  const tcp = createLocks({ store, namespace });
  const rest = createLocks({ store: restStore({ url: redis?.gatewayUrl ?? "", token }), namespace });
  const waiting = async (count: number): Promise<boolean> => (await tcp.inspect(name)).waiting === count;

  const first = await tcp.acquire(name);
  equal(await rest.tryAcquire(name), null, "a try over REST");
  const second = rest.acquire(name, { waitMs: 20_000 });
  await until(() => waiting(1), "REST waits");
  const third = tcp.acquire(name, { waitMs: 20_000 });
  await until(() => waiting(2), "TCP waits behind it");

  let last: Lease = first;
  for (const next of [second, third]) {
    equal(await last.release(), "released", "release");
    const lease = await next;
    check(lease.fence > last.fence, "the fence rises from hand to hand");
    last = lease;
  }
  await last.release();
}
