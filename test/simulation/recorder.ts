import type { HistoryEvent, Operation } from "@holdfast/testing/history";
import type { Machine } from "@holdfast/testing/simulation";
import type { Held } from "./primitives.ts";

/** What an operation asks for. */
export interface Wanted {
  readonly names: readonly string[];
  readonly capacity: number;
  readonly weight: number;
  readonly fair: boolean;
  readonly waits: boolean;
  readonly waitMs?: number;
  readonly ttlMs?: number;
  readonly claimMs?: number;
  readonly lastsMs?: number;
  readonly maxWaiters?: number;
}

/** Writes down what the clients of one run do and learn, in true time. */
export interface Recorder {
  readonly history: HistoryEvent[];
  write(event: HistoryEvent): void;
  /** Leases that were granted. */
  readonly granted: number;
  client(name: string, machine: Machine): ClientRecorder;
}

export interface ClientRecorder {
  /** Begins an operation; its id goes into the lease's metadata, by which the server's state is understood. */
  invoked(wanted: Wanted): Operation;
  granted(op: Operation, lease: Held): void;
  /** The call ended without a lease. `turnedAway`: the server said no. */
  ended(op: Operation, type: "failed" | "unknown", turnedAway?: boolean): void;
  /** The SDK renewed a lease by itself. */
  renewed(name: string, fence: number): void;
  extending(op: Operation, ttlMs: number): void;
  /** The holder looked how long it may rely on the lease. */
  looked(op: Operation, lease: Held): void;
  /** The holder asks for another weight. */
  converting(op: Operation, weight: number): void;
  /** The lease goes on with the weight that was asked for. */
  converted(op: Operation, lease: Held): void;
  /** It goes on as it is. */
  refused(op: Operation): void;
  releasing(op: Operation): void;
  released(op: Operation, outcome: "released" | "expired" | "lost" | "unknown"): void;
}

/** @param hear is told of each event as well. */
export function createRecorder(nowMs: () => number, hear?: (event: HistoryEvent) => void): Recorder {
  const history: HistoryEvent[] = [];
  const asked = new Map<Operation, readonly string[]>();
  const write = (event: HistoryEvent) => {
    history.push(event);
    hear?.(event);
  };
  let granted = 0;
  let operations = 0;

  function client(name: string, { rate }: Machine): ClientRecorder {
    const leases = new Map<string, { op: Operation; lease: Held }>();
    /** Until when the holder of an operation could rely on its lease, as it last learned. */
    const known = new Map<Operation, number>();
    const keyOf = (lockName: string, fence: number) => `${lockName} ${fence}`;
    /** Until when the holder may rely on the lease, by what the lease says. */
    const untilOf = (lease: Held) => nowMs() + lease.remainingMs() / rate;

    /** In the order in which the names were asked for; none for a lock that has no fences. */
    const fencesOf = (op: Operation, lease: Held) => {
      const { names = [lease.name], fences = [lease.fence] } = lease.toJSON?.() ?? {};
      if (fences.length === 0) return [];
      return (asked.get(op) ?? names).map((wanted) => fences[names.indexOf(wanted)] ?? Number.NaN);
    };

    const recorder: ClientRecorder = {
      invoked(wanted) {
        const op = `${name}-${++operations}`;
        asked.set(op, wanted.names);
        write({ type: "invoked", at: nowMs(), op, client: name, ...wanted });
        return op;
      },
      granted(op, lease) {
        granted++;
        const until = untilOf(lease);
        known.set(op, until);
        write({ type: "granted", at: nowMs(), op, fences: fencesOf(op, lease), until });
        const key = keyOf(lease.name, lease.fence);
        leases.set(key, { op, lease });
        const { signal } = lease;
        const lost = () => {
          leases.delete(key);
          write({ type: "lost", at: nowMs(), op });
        };
        if (signal.aborted) lost();
        else signal.addEventListener("abort", lost, { once: true });
      },
      ended(op, type, turnedAway = false) {
        write({ type, at: nowMs(), op, ...(turnedAway && { turnedAway }) });
      },
      renewed(lockName, fence) {
        const held = leases.get(keyOf(lockName, fence));
        if (held) recorder.looked(held.op, held.lease);
      },
      extending(op, ttlMs) {
        write({ type: "extending", at: nowMs(), op, ttlMs });
      },
      looked(op, lease) {
        const until = untilOf(lease);
        // A wall clock that is set ahead shows less. The holder is told by the moment that it knew of before.
        if (until <= nowMs() || until < (known.get(op) ?? 0)) return;
        known.set(op, until);
        write({ type: "extended", at: nowMs(), op, until });
      },
      converting(op, weight) {
        write({ type: "converting", at: nowMs(), op, weight });
      },
      converted(op, lease) {
        write({ type: "converted", at: nowMs(), op, fences: fencesOf(op, lease) });
        leases.set(keyOf(lease.name, lease.fence), { op, lease });
      },
      refused(op) {
        write({ type: "refused", at: nowMs(), op });
      },
      releasing(op) {
        write({ type: "releasing", at: nowMs(), op });
      },
      released(op, outcome) {
        write({ type: "released", at: nowMs(), op, outcome });
      },
    };
    return recorder;
  }

  return {
    history,
    write,
    get granted() {
      return granted;
    },
    client,
  };
}
