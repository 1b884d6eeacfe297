import type { Lease } from "@holdfast/core";
import type { RequestArguments } from "./arguments.ts";
import type { ManagerContext, Settle } from "./context.ts";
import { type Gate, gate } from "./gate.ts";
import { type Hold, holdLock, invoke } from "./hold-lock.ts";

/** One request from its place in the task queue to its lock. `below`: the name of the lock below. */
export function requestLock(
  context: ManagerContext,
  wanted: RequestArguments,
  below: string,
): Promise<unknown> {
  return new Promise((resolve, reject) => start(context, wanted, below, { resolve, reject }));
}

function start(context: ManagerContext, wanted: RequestArguments, below: string, promise: Settle): void {
  const { tasks, contenders } = context;
  const { mode, ifAvailable, steal, signal, callback } = wanted;
  const { trying, waiting } = context.options;
  const lock = context.locks.readWrite(below);
  const verbs = mode === "shared" ? lock.read : lock.write;
  /** Ends the wait below. Not the caller's signal, which may abort before the tasks that were added earlier are done. */
  const leaving = new AbortController();
  /** There while the request has a place in the queue; opens when it has none any more. */
  let place: Gate | undefined;
  /** What was granted after the abort. */
  let unwanted: Lease | undefined;
  let hold: Hold | undefined;
  /** The message of a grant can be overtaken by the answer to who stole it. */
  let robbedBy = 0;
  const contender = {
    name: wanted.name,
    stolen(fence: number): void {
      robbedBy = Math.max(robbedBy, fence);
      hold?.stolen(fence);
    },
  };
  const settle: Settle = {
    resolve(value) {
      contenders.delete(contender);
      promise.resolve(value);
    },
    reject(reason) {
      contenders.delete(contender);
      promise.reject(reason);
    },
  };

  contenders.add(contender);
  signal?.addEventListener("abort", abort, { once: true });
  void tasks.add(enter);

  function abort(): void {
    settle.reject(signal?.reason);
    void tasks.add(leave);
  }

  /** Lasts until the request has its place in the queue, or its lock. */
  async function enter(): Promise<void> {
    // Nobody waits for it any more: not worth a request, and with a store that does not answer not the time either.
    if (signal?.aborted) return;
    try {
      if (ifAvailable) {
        const lease = await verbs.tryAcquire(trying);
        if (lease) granted(lease);
        else settle.resolve(invoke(callback, null));
        return;
      }
      const placed = gate();
      const onPlace = (change: "taken" | "left") => {
        if (change === "taken") place = gate();
        else place?.open();
        placed.open();
      };
      const lease = verbs.acquire({ ...waiting, steal, signal: leaving.signal, onPlace });
      await Promise.race([placed.opened, lease.then(granted, failed)]);
    } catch (error) {
      failed(error);
    }
  }

  /** Lasts until the store has nothing of the request any more, so that whatever comes next finds it gone. */
  async function leave(): Promise<void> {
    if (place && !unwanted) {
      leaving.abort(signal?.reason);
      await place.opened;
    }
    await unwanted?.release().catch(() => {});
  }

  function granted(lease: Lease): void {
    signal?.removeEventListener("abort", abort);
    if (signal?.aborted) unwanted = lease;
    place?.open();
    if (unwanted) return;
    if (steal) for (const { name, stolen } of [...contenders]) if (name === wanted.name) stolen(lease.fence);
    hold = holdLock(tasks, wanted, lease, settle, robbedBy);
  }

  function failed(error: unknown): void {
    signal?.removeEventListener("abort", abort);
    settle.reject(error);
  }
}
