import TinyQueue from "tinyqueue";

/** The one clock and the one order of a simulation: everything that happens is an event here. */
export interface VirtualTime {
  /** Milliseconds since the simulation began; fractional. */
  readonly nowMs: number;
  /** Events that have happened. */
  readonly events: number;
  /** Lets `happen` happen at that time, or at once if it is past. Of several at one time the first set is first. */
  at(atMs: number, happen: () => void): Planned;
  /** Says that the event that happens now runs code under test, whose promises are to settle before the next one. */
  entered(): void;
  /** Lets events happen, each with all that promises make of it, until the condition holds or nothing is planned. */
  runUntil(done: () => boolean): Promise<void>;
}

export interface Planned {
  cancel(): void;
}

interface Event {
  readonly atMs: number;
  readonly order: number;
  happen: (() => void) | undefined;
}

/**
 * Turns in a row of Node's event loop. Between any two immediates Node runs microtasks until none is left, so that
 * every promise that can settle has settled; to come round the loop for each turn would cost more than the turn.
 */
const TURNS = 50;

export function createVirtualTime(): VirtualTime {
  const planned = new TinyQueue<Event>([], (a, b) => a.atMs - b.atMs || a.order - b.order);
  let nowMs = 0;
  let events = 0;
  let order = 0;
  let unsettled = false;

  return {
    get nowMs() {
      return nowMs;
    },
    get events() {
      return events;
    },
    at(atMs, happen) {
      if (Number.isNaN(atMs)) throw new Error("an event needs a time");
      const event: Event = { atMs: Math.max(atMs, nowMs), order: order++, happen };
      planned.push(event);
      return {
        cancel: () => {
          event.happen = undefined;
        },
      };
    },
    entered() {
      unsettled = true;
    },
    runUntil: (done) =>
      new Promise((resolve, reject) => {
        let over = false;
        const turn = () => {
          if (over) return;
          try {
            over = !goOn(done);
          } catch (error) {
            over = true;
            reject(error);
          }
          if (over) resolve();
          else setImmediate(turn);
        };
        // What was begun before time ran settles first.
        for (let i = 0; i < TURNS; i++) setImmediate(turn);
      }),
  };

  /** Lets events happen until promises have to settle. False when it is over. */
  function goOn(done: () => boolean): boolean {
    unsettled = false;
    while (!done()) {
      const event = planned.pop();
      if (!event) return false;
      if (!event.happen) continue;
      nowMs = event.atMs;
      events++;
      event.happen();
      if (unsettled) return true;
    }
    return false;
  }
}
