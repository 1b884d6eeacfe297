import { equal, until } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

export const readWrite: Scenario = {
  name: "read/write",
  async run({ name, first, second }) {
    const [one, other] = [first, second].map(({ locks }) => locks.readWrite(name));
    const readers = [await one?.read.acquire(), await other?.read.acquire()];
    equal(await other?.write.tryAcquire(), null, "a writer beside readers");
    const writing = other?.write.acquire({ waitMs: 20_000 });
    await until(async () => (await first.locks.inspect(name)).waiting === 1, "the writer waits");
    equal(await one?.read.tryAcquire(), null, "a reader who would pass a waiting writer");
    for (const reader of readers) await reader?.release();
    const writer = await writing;
    equal(writer?.mode, "exclusive", "the writer's mode");
    await writer?.release();
  },
};

export const semaphore: Scenario = {
  name: "semaphore",
  async run({ name, first, second }) {
    const [one, other] = [first, second].map(({ locks }) => locks.semaphore(name, { permits: 3 }));
    const two = await one?.acquire({ weight: 2 });
    const last = await other?.acquire();
    equal(await other?.tryAcquire(), null, "a fourth permit of three");
    const waiting = one?.acquire({ waitMs: 20_000, weight: 2 });
    await two?.release();
    await (await waiting)?.release();
    await last?.release();
  },
};

export const acquireAll: Scenario = {
  name: "acquireAll",
  async run({ name, first, second }) {
    const names = ["a", "b", "c"].map((suffix) => `${name}:${suffix}`);
    const held = await first.locks.acquire(names[1] ?? "");
    const waiting = second.locks.acquireAll(names, { waitMs: 20_000 });
    await until(async () => (await first.locks.inspect(names[1] ?? "")).waiting === 1, "it waits for b");
    await held.release();
    const lease = await waiting;
    equal(lease.names, names, "the names of the lease");
    equal(await first.locks.tryAcquire(names[2] ?? ""), null, "a try of one of them");
    equal(await lease.release(), "released", "release");
  },
};
