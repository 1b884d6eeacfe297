import { setTimeout as passing } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { type ClientProcess, startClientProcess } from "./support/client-process.ts";
import type { Count } from "./support/client-program.ts";
import { startCounterFile } from "./support/counter-file.ts";
import { willLosePower } from "./support/power-loss.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

const TTL_MS = 700;
const PROCESSES = 4;

/** Jepsen's test of etcd's locks (2020), with a resource that refuses old fences. */
onRealProcesses("a counter of four processes, while they pause and redis-server dies", () => {
  it("P2 loses no update", { timeout: 60_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const scene = stack.use(await startScene(["--appendonly", "yes", "--appendfsync", "everysec"]));
    let pauseNext = false;
    let paused = 0;
    const counter = stack.use(
      await startCounterFile({
        check: "reads and writes",
        onRead(pid) {
          if (!pauseNext) return false;
          pauseNext = false;
          paused = pid;
          return true;
        },
      }),
    );

    const processes: ClientProcess[] = [];
    const told: Count[] = [];
    let running = true;
    const loops: Promise<void>[] = [];
    const counts = async (client: ClientProcess) => {
      while (running && processes.includes(client))
        told.push(await client.ask("count", "counter", { ttlMs: TTL_MS, waitMs: 5000 }));
    };
    const startOne = async () => {
      const client = stack.use(await startClientProcess(scene.url, counter.url));
      processes.push(client);
      // Who is killed takes its loop along.
      loops.push(counts(client).catch(() => expect(processes).not.toContain(client)));
    };
    for (let i = 0; i < PROCESSES; i++) await startOne();
    const more = async (updates: number) => {
      const wanted = counter.accepted + updates;
      await vi.waitFor(() => expect(counter.accepted).toBeGreaterThanOrEqual(wanted), 20_000);
    };

    const faults: Record<string, () => Promise<void>> = {
      async "a holder pauses right before its write"() {
        pauseNext = true;
        await vi.waitFor(() => expect(paused).toBeGreaterThan(0), 10_000);
        const sleeper = processes.find(({ pid }) => pid === paused);
        paused = 0;
        await sleeper?.frozen();
        await more(4);
        sleeper?.thaw();
      },
      async "a process freezes wherever it is"() {
        const sleeper = processes[0] as ClientProcess;
        await sleeper.freeze();
        await more(4);
        sleeper.thaw();
      },
      async "a process is killed, and another one started"() {
        await processes.shift()?.kill();
        await startOne();
      },
      async "redis-server crashes"() {
        await scene.server.kill();
        await scene.server.restart();
      },
      async "redis-server loses its last writes"() {
        const losePower = await willLosePower(scene);
        await more(4);
        await losePower();
      },
      async "redis-server freezes for longer than a lease"() {
        await scene.server.kill("SIGSTOP");
        await passing(TTL_MS + 100);
        await scene.server.kill("SIGCONT");
      },
    };
    for (const strike of Object.values(faults)) {
      await more(5);
      await strike();
    }
    await more(10);
    running = false;
    await Promise.all(loops);

    expect(counter.value).toBe(counter.accepted);
    // Who was paused came too late, at the least.
    expect(counter.refused).toBeGreaterThanOrEqual(1);
    // Everybody who was told that it counted has counted. Who was killed may have done so unheard.
    const accepted = told.filter((count) => count === "accepted").length;
    expect(counter.accepted - accepted).toBeGreaterThanOrEqual(0);
    expect(counter.accepted - accepted).toBeLessThanOrEqual(1);
  });
});
