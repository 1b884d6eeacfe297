/**
 * A client in a process of its own, to be killed and frozen; client-process.ts starts it and asks it for things.
 * Arguments: gateway URL, token, URL of the counter.
 */
import {
  type AcquireOptions,
  createGuard,
  createLocks,
  HoldfastError,
  type Lease,
  restStore,
} from "../../../packages/core/src/index.ts";

const [url = "", token = "", counterUrl = ""] = process.argv.slice(2);
const store = restStore({ url, token, retry: { retries: 100, maxDelayMs: 200 } });
const locks = createLocks({ store });
const guard = createGuard({ store });
let lease: Lease;

/** What a lease says of itself at this moment. */
export interface Look {
  readonly aborted: boolean;
  readonly remainingMs: number;
}

/** How an attempt at counting went. `unlocked`: it did not come so far, or stopped since its lease was lost. */
export type Count = "accepted" | "refused" | "unlocked";

const look = (): Look => ({ aborted: lease.signal.aborted, remainingMs: lease.remainingMs() });

const calls = {
  async acquire(name: string, options: AcquireOptions) {
    lease = await locks.acquire(name, options);
    return { fence: lease.fence, at: Date.now() };
  },
  look: async () => look(),
  /** Writes whatever the lease says, as code does that has looked before. */
  async write(key: string, value: string) {
    const before = look();
    const { outcome } = await guard.set(key, value, { fence: lease.fence });
    return { before, outcome };
  },
  release: async () => lease.release(),

  /** Counts one further: reads, thinks, writes, under the lock. */
  async count(name: string, options: AcquireOptions): Promise<Count> {
    try {
      return await locks.request(name, options, async ({ fence, signal }) => {
        const read = await counter("read", { fence });
        if (!read) return "refused";
        if (signal.aborted) return "unlocked";
        // The gap that no look at the lease can close.
        if (read.pause) pause();
        return (await counter("write", { fence, value: read.value + 1 })) ? "accepted" : "refused";
      });
    } catch (error) {
      if (error instanceof HoldfastError) return "unlocked";
      throw error;
    }
  },
};

export type ClientCalls = typeof calls;

/** Freezes this process until somebody thaws it, as a hypervisor or a debugger would. */
function pause(): void {
  const before = Date.now();
  process.kill(process.pid, "SIGSTOP");
  // The signal may reach another thread first; this one must not get any further meanwhile.
  while (Date.now() - before < 30);
}

async function counter(act: string, body: object): Promise<{ value: number; pause: boolean } | undefined> {
  const response = await fetch(`${counterUrl}/${act}`, {
    method: "POST",
    body: JSON.stringify({ ...body, pid: process.pid }),
  });
  return response.ok ? await response.json() : undefined;
}

process.on("message", async ({ id, name, args }: { id: number; name: keyof ClientCalls; args: never[] }) => {
  try {
    const result = await (calls[name] as (...args: never[]) => Promise<unknown>)(...args);
    process.send?.({ id, result });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
// Everything is loaded and connected before a lease's time runs.
await locks.inspect("warm");
process.send?.({ ready: true });
