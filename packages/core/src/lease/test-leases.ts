import { type Mock, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import type { LockEvent } from "../events.ts";
import type { LeaseCommands } from "../lock/lease-commands.ts";
import type { RunOptions } from "../store/store.ts";
import { instant, reliableMs } from "./deadline.ts";
import { HeldLease, type LeaseTerms } from "./held-lease.ts";
import { createKeeper, type LeaseKeeper } from "./keeper.ts";

/** Leases of one client under vitest's fake timers, over a server that answers what a test wants. */
export interface LeaseBench {
  readonly keeper: LeaseKeeper;
  /** Gives each lease the TTL it asks for, unless a test says otherwise. */
  readonly extend: Mock<LeaseCommands["extend"]>;
  /** Finds each lease held, unless a test says otherwise. */
  readonly release: Mock<LeaseCommands["release"]>;
  readonly events: LockEvent[];
  /** What was handed to the background. */
  readonly work: Promise<unknown>[];
  /** A lease that was granted now for `ttlMs`. */
  hold(ttlMs: number, terms?: Partial<LeaseTerms> & { proven?: boolean }): HeldLease;
}

/** Never settles, whatever time passes. */
export const silence = (): Promise<never> => new Promise(() => {});

/** As a store fails that gets no answer for as long as it may try. */
export async function unanswered(_: unknown, ...rest: unknown[]): Promise<never> {
  const { budgetMs = 0 } = rest.at(-1) as RunOptions;
  await new Promise((resolve) => setTimeout(resolve, budgetMs));
  throw new HoldfastError("unavailable", "no answer");
}

export function leaseBench(): LeaseBench {
  const events: LockEvent[] = [];
  const work: Promise<unknown>[] = [];
  const extend = vi.fn<LeaseCommands["extend"]>(async (leases, { onSend }) => {
    onSend?.();
    return leases.map(({ ttlMs }) => ttlMs);
  });
  const release = vi.fn<LeaseCommands["release"]>(async () => true);
  const commands = { extend, release, slotOf: () => 0 } as Partial<LeaseCommands> as LeaseCommands;
  const keeper = createKeeper(
    systemClock,
    (event) => void events.push(event),
    commands,
    (promise) => void work.push(promise),
  );
  let count = 0;
  return {
    keeper,
    extend,
    release,
    events,
    work,
    hold(ttlMs, { proven = true, ...terms } = {}) {
      const id = ++count;
      return new HeldLease(
        keeper,
        {
          names: [`lease-${id}`],
          kind: "mutex",
          weight: 1,
          mode: "exclusive",
          claim: { attempt: `attempt-${id}`, owner: `owner-${id}` },
          fences: [id],
          metadata: undefined,
          ttlMs,
          acquiredAt: 0,
          ...terms,
        },
        { from: instant(systemClock), ms: reliableMs(ttlMs) },
        proven,
      );
    },
  };
}
