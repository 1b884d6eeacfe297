import type { FaultKind, InjectedFault } from "./faults.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Decides which faults happen, and remembers them. */
export interface Injector {
  readonly injected: readonly InjectedFault[];
  /** How likely this fault is for one message: 0 when it is not part of this run, or when faults have ended. */
  rate(kind: FaultKind): number;
  /** Whether a fault that was drawn is to happen; if so it is on record. */
  inject(kind: FaultKind, id: string, client?: string, lastsMs?: number, server?: string): boolean;
  /** No more faults from now on. */
  end(): void;
  onFault(listener: (fault: InjectedFault) => void): void;
}

export function createInjector(
  time: VirtualTime,
  rates: ReadonlyMap<FaultKind, number>,
  without: ReadonlySet<string>,
): Injector {
  const injected: InjectedFault[] = [];
  const listeners: ((fault: InjectedFault) => void)[] = [];
  let ended = false;
  return {
    injected,
    rate: (kind) => (ended ? 0 : (rates.get(kind) ?? 0)),
    inject(kind, id, client, lastsMs, server) {
      const whole = `${kind} ${id}`;
      if (ended || without.has(whole)) return false;
      const fault: InjectedFault = {
        id: whole,
        kind,
        atMs: time.nowMs,
        ...(lastsMs !== undefined && { untilMs: time.nowMs + lastsMs }),
        ...(client !== undefined && { client }),
        ...(server !== undefined && { server }),
      };
      injected.push(fault);
      for (const listener of listeners) listener(fault);
      return true;
    },
    end() {
      ended = true;
    },
    onFault: (listener) => void listeners.push(listener),
  };
}
