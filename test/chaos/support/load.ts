import { type AcquireOptions, HoldfastError, type Lease, type Locks } from "@holdfast/core";
import { expect, vi } from "vitest";
import { Holds } from "./holds.ts";

/** Clients that take a name in turn, over and over, until they are told to stop. */
export interface Load extends AsyncDisposable {
  readonly holds: Holds;
  /** Codes of the errors that callers got, in order. */
  readonly failures: readonly string[];
  /** Resolves when there have been so many more grants. */
  more(grants: number): Promise<void>;
  /** Lets everybody finish. Rejects if somebody met with an error that is none of the library's own. */
  stop(): Promise<void>;
}

const PATIENCE = { timeout: 15_000, interval: 2 };

/** @param work - What each holder does; by default it lets the others have a look at a lock that is held. */
export function startLoad(
  clients: readonly { readonly locks: Locks }[],
  name: string,
  work: (lease: Lease) => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, 2)),
  options: AcquireOptions = {},
): Load {
  const holds = new Holds();
  const failures: string[] = [];
  let running = true;

  async function cycle({ locks }: { readonly locks: Locks }): Promise<void> {
    while (running) {
      try {
        const lease = await locks.acquire(name, { waitMs: 15_000, ttlMs: 15_000, ...options });
        await holds.during(lease, () => work(lease));
        await lease.release();
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        failures.push(error.code);
      }
    }
  }

  const cycles = Promise.all(clients.map(cycle));
  cycles.catch(() => {});
  const stop = async () => {
    running = false;
    await cycles;
  };
  return {
    holds,
    failures,
    async more(grants) {
      const wanted = holds.all.length + grants;
      await vi.waitFor(() => expect(holds.all.length).toBeGreaterThanOrEqual(wanted), PATIENCE);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
