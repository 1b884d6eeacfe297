import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Lease } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { TOKEN } from "../support/fixture.ts";
import { endsAt, enqueue, grantedAt, look, onEveryEngineAtOnce, PATIENCE, untilWaiting } from "./queue.ts";

const program = fileURLToPath(new URL("waiting-process.ts", import.meta.url));
const CLAIM_MS = 400;

onEveryEngineAtOnce("P7 a process that is killed", (fixture) => {
  const start = (...args: string[]) =>
    spawn(process.execPath, [program, fixture.gateway.url, TOKEN, ...args], {
      stdio: ["ignore", "ignore", "inherit"],
    });

  it("P7 while it waits delays those behind it by one claim window", async () => {
    const name = fixture.name();
    const holder = await fixture.client().locks.acquire(name);
    const child = start(name, "wait", String(CLAIM_MS));
    try {
      await untilWaiting(fixture, name, 1);
      const [next] = await enqueue(fixture, name, [
        () => fixture.client().locks.acquire(name, { claimMs: CLAIM_MS }),
      ]);
      child.kill("SIGKILL");
      await once(child, "exit");
      await holder.release();
      const { lastFence } = await look(fixture, name);
      const delay = grantedAt((await next) as Lease) - grantedAt({ fence: lastFence });
      expect(delay).toBeGreaterThanOrEqual(CLAIM_MS - 1);
      expect(delay).toBeLessThan(CLAIM_MS + 350);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("while it holds is followed when its lease ends", async () => {
    const name = fixture.name();
    const child = start(name, "hold", "1000");
    try {
      await vi.waitFor(async () => expect((await look(fixture, name)).held).toBe(true), PATIENCE);
      const [next] = await enqueue(fixture, name, [() => fixture.client().locks.acquire(name)]);
      child.kill("SIGKILL");
      const end = await endsAt(fixture, name);
      const lease = (await next) as Lease;
      expect(grantedAt(lease)).toBeGreaterThanOrEqual(end - 1);
      expect(grantedAt(lease)).toBeLessThan(end + 700);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
