import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, vi } from "vitest";
import { startReaper } from "../../../packages/testing/src/node/reaper.ts";
import { TOKEN } from "../../support/fixture.ts";
import type { ClientCalls } from "./client-program.ts";

const program = fileURLToPath(new URL("client-program.ts", import.meta.url));
const run = promisify(execFile);

/** A client in a process of its own. What it is asked for while it is frozen it does when it thaws. */
export interface ClientProcess extends AsyncDisposable {
  readonly pid: number;
  ask<K extends keyof ClientCalls>(name: K, ...args: Parameters<ClientCalls[K]>): ReturnType<ClientCalls[K]>;
  /** Ends it at once, in whatever it is doing. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it at once, in whatever it is doing. Resolves when it stands still. */
  freeze(): Promise<void>;
  /** Resolves when it has frozen by itself. */
  frozen(): Promise<void>;
  thaw(): void;
}

/**
 * @param url - The gateway's.
 * @param counterUrl - Where it counts, if it is to count.
 */
export async function startClientProcess(url: string, counterUrl = ""): Promise<ClientProcess> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-client-"));
  const child = fork(program, [url, TOKEN, counterUrl], { cwd: folder, execArgv: [] });
  const pid = child.pid as number;
  const gone = once(child, "exit");
  // Frozen as it may be, it must not outlive the tests.
  const reaper = startReaper(folder);
  reaper.watch(pid);

  const ready = once(child, "message");
  const open = new Map<number, PromiseWithResolvers<never>>();
  let last = 0;
  child.on("message", ({ id, result, error }: { id: number; result: never; error?: string }) => {
    if (error === undefined) open.get(id)?.resolve(result);
    else open.get(id)?.reject(new Error(error));
    open.delete(id);
  });
  child.on("exit", () => {
    for (const { reject } of open.values()) reject(new Error("the client's process has ended"));
  });
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  const frozen = async () => {
    await vi.waitFor(
      async () => {
        const { stdout } = await run("ps", ["-o", "stat=", "-p", String(pid)]);
        expect(stdout.trim()).toMatch(/^T/);
      },
      { timeout: 10_000, interval: 10 },
    );
  };
  await Promise.race([ready, gone]);
  return {
    pid,
    ask(name, ...args) {
      const answer = Promise.withResolvers<never>();
      // Whoever is killed in the middle of something has nobody who waits for it.
      answer.promise.catch(() => {});
      open.set(++last, answer);
      child.send({ id: last, name, args });
      return answer.promise as ReturnType<ClientCalls[typeof name]>;
    },
    kill,
    async freeze() {
      child.kill("SIGSTOP");
      await frozen();
    },
    frozen,
    thaw: () => void child.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await kill();
      reaper.dismiss();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
