import type { Lease } from "@holdfast/core";
import { sleep, token } from "@holdfast/core/commands";
import type { BeginReply, FinishAsk } from "../commands.ts";
import type { Context } from "../context.ts";
import type { Plan } from "./plan.ts";

/** Asks the store on behalf of one call. */
export interface Asker {
  /** Whether an attempt can begin under this lease; if so it has begun. */
  begin(lease: Lease, round: number): Promise<BeginReply>;
  /** Why there is none to begin while the lock is somebody else's. `last`: this call ends with the answer, whatever it is. */
  why(last: boolean): Promise<BeginReply>;
}

export function createAsker(context: Context, plan: Plan): Asker {
  const { clock, locks, commands, host } = context;
  const { task, lock, lockName, waits, signal } = plan;
  const { attempts, lockAtMostForMs, lockAtLeastForMs, keepForMs } = plan;
  const { schedule, timeZone, metadata, fingerprint, scheduledAt = null } = plan;
  const limits = { attempts, lockAtMostForMs, lockAtLeastForMs, keepForMs };
  const what = { scheduledAt, schedule, timeZone, host, metadata, fingerprint };
  const terms = { task, lock, ...limits, ...what, id: token(clock) };
  const ends = { running: !waits.running, busy: !waits.busy };

  /** Whether the job's lock is held for this very occurrence, whose begin may still be on its way. */
  async function heldForThis(): Promise<boolean> {
    const { holders } = await locks.inspect(lockName);
    const occurrence = (holders[0]?.metadata as { occurrence?: unknown } | null | undefined)?.occurrence;
    return "job" in task && occurrence === task.occurrence;
  }

  return {
    async begin(lease, round) {
      try {
        const ask = { ...terms, fence: lease.fence, round, held: false, ends };
        const reply = await commands.begin(ask, { signal: lease.signal });
        if (reply.state === "began") {
          signal?.throwIfAborted();
          lease.signal.throwIfAborted();
        }
        return reply;
      } catch (error) {
        // It may have been begun all the same, and would count as an attempt that nobody made.
        context.background(withdraw(context, plan, lease.fence, round));
        throw error;
      }
    },
    async why(last) {
      const held = lock === "task" || (await heldForThis());
      const without = { fence: 0, round: 1, held, ends: last ? { running: true, busy: true } : ends };
      return commands.begin({ ...terms, ...without }, { signal });
    },
  };
}

const WITHDRAWALS = 5;

async function withdraw({ commands, clock, host }: Context, plan: Plan, fence: number, round: number) {
  const { task, keepForMs, lockAtMostForMs, metadata } = plan;
  const nothing = { result: null, remembered: true, error: null };
  const terms = { keepForMs, lockAtMostForMs, host, metadata };
  const ask: FinishAsk = { task, fence, round, state: "withdrawn", ...nothing, ...terms };
  for (let tries = 1; ; tries++) {
    try {
      return await commands.finish(ask, { background: true });
    } catch (error) {
      if (tries === WITHDRAWALS) throw error;
    }
    await sleep(clock, 1000 * 2 ** tries, undefined, true);
  }
}
