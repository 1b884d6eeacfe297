import { createLocks, restStore } from "@holdfast/core";
import { startSimulation } from "@holdfast/testing/simulation";
import { expect, it } from "vitest";

const FULL_MS = 500;

it("nobody is told of a grant that the server had no memory to keep (mutex, seed 11)", async () => {
  const { time, server, addClient } = await startSimulation({ seed: 1, faults: [], faultsMs: 0 });
  const locksOf = (name: string) => {
    const { url, fetch, clock } = addClient(name);
    return createLocks({ store: restStore({ url, fetch, clock, token: "token" }), clock });
  };
  const told: string[] = [];
  const [a, b] = [locksOf("a"), locksOf("b")];
  const until = (ms: number) => {
    const endMs = time.nowMs + ms;
    time.at(endMs, () => {});
    return time.runUntil(() => time.nowMs >= endMs);
  };

  const held = a.acquire("name", { ttlMs: 20_000 });
  await until(1000);
  const lease = await held;
  void b.acquire("name", { waitMs: 60_000 }).then(({ fence }) => told.push(`b has #${fence}`));
  await until(1000);
  server.fillMemory(FULL_MS);
  void lease.release().catch((error) => told.push(error.code));
  await until(FULL_MS - 1);
  expect(told).toEqual(["refused"]);

  // What the release could not do at first is done long before the lease would have ended.
  await until(2000);
  expect(told).toHaveLength(2);
  expect(Number(told[1]?.slice("b has #".length))).toBeGreaterThan(lease.fence);
});
