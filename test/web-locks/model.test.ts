import { restStore } from "@holdfast/core";
import { faultyFetch } from "@holdfast/testing";
import { createLockManager } from "@holdfast/web-locks";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { onEveryEngine, TOKEN } from "../support/fixture.ts";
import { PATIENCE } from "../waiting/queue.ts";
import { type Entry, type Fate, Model } from "./model.ts";

// Drawn sequences of calls, over a network that delays, repeats and loses, beside the specification's own algorithms:
// one manager does what they do, call for call.

type Call =
  | {
      readonly type: "request";
      readonly name: number;
      readonly options: LockOptions;
      readonly abortable: boolean;
    }
  | { readonly type: "release" | "abort"; readonly which: number };

const request = fc.record({
  type: fc.constant("request" as const),
  name: fc.nat(1),
  abortable: fc.boolean(),
  options: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<LockOptions>({}, { mode: "shared" }) },
    { weight: 1, arbitrary: fc.constantFrom<LockOptions>({ ifAvailable: true }, { steal: true }) },
    { weight: 1, arbitrary: fc.constant<LockOptions>({ ifAvailable: true, mode: "shared" }) },
  ),
});
const end = fc.record({ type: fc.constantFrom("release" as const, "abort" as const), which: fc.nat(20) });
const call: fc.Arbitrary<Call> = fc.oneof({ weight: 3, arbitrary: request }, { weight: 4, arbitrary: end });
/** Calls that are made without waiting for anything. */
const bursts = fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 8 });
/** What befalls every second request, in turn; so a retry gets through. */
const faults = fc.array(fc.constantFrom("none", "delay-request", "delay-reply", "drop-reply", "duplicate"), {
  minLength: 1,
  maxLength: 12,
});

class Caller {
  readonly #manager: LockManager;
  readonly fates: Fate[] = [];
  readonly #releases: (() => void)[] = [];
  readonly #aborts: (() => void)[] = [];

  constructor(manager: LockManager) {
    this.#manager = manager;
  }

  request(name: string, options: LockOptions, abortable: boolean): void {
    const at = this.fates.push("waiting") - 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = new AbortController();
    this.#releases[at] = resolve;
    this.#aborts[at] = () => stop.abort();
    const waits = abortable && !options.steal && !options.ifAvailable;
    this.#manager
      .request(name, { ...options, ...(waits && { signal: stop.signal }) }, (lock) => {
        this.fates[at] = lock ? "held" : "null";
        return lock ? promise : undefined;
      })
      .then(
        () => {
          if (this.fates[at] === "held") this.fates[at] = "released";
        },
        (error) => {
          this.fates[at] =
            error === stop.signal.reason ? "aborted" : error.name === "AbortError" ? "stolen" : error;
        },
      );
  }
  release(at: number): void {
    this.#releases[at]?.();
  }
  abort(at: number): void {
    this.#aborts[at]?.();
  }
}

onEveryEngine("one lock manager beside the specification's algorithms", (f) => {
  it("does what they do, whatever the network does", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(bursts, faults, async (drawn, befalls) => {
        const network = faultyFetch();
        const retry = { minDelayMs: 1, maxDelayMs: 1 };
        const store = restStore({ url: f.gateway.url, token: TOKEN, fetch: network.fetch, retry });
        const { locks } = f.client({ store, namespace: f.name() });
        const manager = createLockManager(locks);
        const names = [f.name(), f.name()];
        const caller = new Caller(manager);
        const model = new Model();
        let sent = 0;
        for (const action of ["delay-request", "delay-reply", "drop-reply", "duplicate"] as const)
          network.fail({
            action,
            delayMs: 5,
            times: Number.POSITIVE_INFINITY,
            when: (commands) => {
              if (commands.length === 0) return false;
              if (action === "delay-request") sent++;
              return sent % 2 === 0 && befalls[(sent / 2) % befalls.length] === action;
            },
          } as Parameters<typeof network.fail>[0]);

        for (const burst of drawn) {
          // Who can release, and who can abort, is known before the burst.
          const [held, waiting] = [of(model, "held"), of(model, "waiting")];
          for (const one of burst) {
            if (one.type === "request") {
              const name = names[one.name] ?? "";
              model.request(name, one.options);
              caller.request(name, one.options, one.abortable);
              Object.assign(model.entries.at(-1) as Entry, {
                abortable: one.abortable && !one.options.steal,
              });
              continue;
            }
            const among = one.type === "release" ? held : waiting.filter(isAbortable);
            const entry = among[one.which % Math.max(among.length, 1)];
            if (!entry) continue;
            const at = model.entries.indexOf(entry);
            model[one.type](entry);
            caller[one.type](at);
            // The callback's promise settles, and with it the release is on its way.
            if (one.type === "release") await Promise.resolve();
          }
          const snapshot = await manager.query();
          for (const name of names) expect(modesOf(snapshot, name)).toEqual(sorted(model.snapshot(name)));
          await vi.waitFor(
            () => expect(caller.fates).toEqual(model.entries.map(({ fate }) => fate)),
            PATIENCE,
          );
        }
        for (const [at] of model.entries.entries()) caller.release(at);
      }),
      { numRuns: 12 },
    );
  });
});

function of(model: Model, fate: Fate): Entry[] {
  return model.entries.filter((entry) => entry.fate === fate);
}

function isAbortable(entry: Entry): boolean {
  return (entry as Entry & { abortable?: boolean }).abortable === true;
}

function modesOf({ held = [], pending = [] }: LockManagerSnapshot, name: string) {
  const modes = (infos: LockInfo[]) =>
    infos.filter((info) => info.name === name).map(({ mode }) => mode as string);
  return sorted({ held: modes(held), pending: modes(pending) });
}

/** Those who hold are in no order. */
function sorted({ held, pending }: { held: string[]; pending: string[] }) {
  return { held: held.toSorted(), pending };
}
