import { startRedisServer } from "@holdfast/testing/node";
import { Redis } from "ioredis";
import { expect, it, vi } from "vitest";
import { onRealProcesses, PATIENT, type Scene, startScene } from "./support/scene.ts";
import { startTcpProxy } from "./support/tcp-proxy.ts";
import { laterIsGuarded } from "./support/two-holders.ts";

/** Serves a replica at once instead of waiting for others to come. */
const PRIMARY = ["--repl-diskless-sync-delay", "0"];

/** A replica of the scene's server, which can fall behind and take its place. */
async function startReplica(scene: Scene) {
  await using stack = new AsyncDisposableStack();
  const replication = stack.use(await startTcpProxy(scene.server.port));
  const server = stack.use(
    await startRedisServer({ args: ["--replicaof", `127.0.0.1 ${replication.port}`] }),
  );
  const redis = new Redis({ port: server.port });
  stack.defer(() => redis.disconnect());
  const owned = stack.move();
  return {
    /** Everything that was written is there: WAIT covers what was written before this connection's last write. */
    async inStep() {
      await scene.redis.set("in-step", "");
      await vi.waitFor(async () => expect(await scene.redis.wait(1, 1000)).toBe(1), 10_000);
    },
    /** From now on it hears of no write. */
    fallBehind: () => replication.stall("both"),
    /** The primary dies, and clients are sent here. */
    async takeOver() {
      await scene.server.kill();
      replication.cut();
      await redis.replicaof("NO", "ONE");
      scene.toRedis.target = server.port;
      scene.toRedis.cut();
    },
    redis,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

onRealProcesses("a replica is promoted that has missed the last writes", () => {
  it("P2 two may hold at a time, the fence of the later is greater, and a guard refuses the older", async () => {
    await using scene = await startScene(PRIMARY);
    await using replica = await startReplica(scene);
    const first = scene.client();
    const second = scene.client();
    // A fence of before, which a count of grants would go on from.
    await (await first.locks.acquire("promoted")).release();
    await replica.inStep();
    replica.fallBehind();
    const older = await first.locks.acquire("promoted");
    expect(await second.locks.tryAcquire("promoted")).toBeNull();

    await replica.takeOver();
    const later = await second.locks.acquire("promoted");
    await laterIsGuarded({ client: first, lease: older }, { client: second, lease: later });
    expect(await replica.redis.get("data")).toBe("later");

    await expect(older.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    expect(await older.release()).toBe("lost");
    expect(await later.release()).toBe("released");
  });

  it("P1 what the replica knows is held still", async () => {
    await using scene = await startScene(PRIMARY);
    await using replica = await startReplica(scene);
    const lease = await scene.client().locks.acquire("replicated");
    await replica.inStep();
    await replica.takeOver();
    expect(await scene.client().locks.tryAcquire("replicated")).toBeNull();
    expect(await lease.extend()).toBeGreaterThan(0);
    expect(await lease.release()).toBe("released");
  });

  it("waiters go on, those whose place it knows and those whose place it missed", async () => {
    await using scene = await startScene(PRIMARY);
    await using replica = await startReplica(scene);
    const holder = scene.client();
    const lease = await holder.locks.acquire("queue");
    const waits: Promise<number>[] = [];
    const oneMore = async () => {
      waits.push(
        scene.client(PATIENT).locks.request("queue", { waitMs: 15_000 }, async ({ fence }) => fence),
      );
      await vi.waitFor(async () => expect((await holder.locks.inspect("queue")).waiting).toBe(waits.length));
    };
    await oneMore();
    await replica.inStep();
    replica.fallBehind();
    await oneMore();
    await replica.takeOver();
    expect(await lease.release()).toBe("released");
    const fences = await Promise.all(waits);
    expect(Math.min(...fences)).toBeGreaterThan(lease.fence);
  });
});
