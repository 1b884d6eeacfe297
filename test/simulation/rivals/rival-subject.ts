import type { HistoryEvent } from "@holdfast/testing/history";
import type { SimulatedClient, Simulation } from "@holdfast/testing/simulation";
import type { Choice, Held } from "../primitives.ts";
import type { Subject } from "../subject.ts";
import type { Rival, RivalAsk, RivalClient, RivalLease } from "./rival.ts";
import { PLATFORM_TIMEOUT_MS } from "./sandbox.ts";

/** Where the locks keep their names. */
const KEY_PREFIX = "lock:";

/** Puts somebody else's lock under the same work, faults and checks as ours. */
export async function rivalSubject(rival: Rival): Promise<Subject> {
  const connect = await rival.load();
  return {
    // One request that hangs, and then the rest of the work.
    settleMs: PLATFORM_TIMEOUT_MS + 100_000,
    connect({ client, primitive }) {
      if (primitive !== "mutex") throw new Error(`${rival.title} has mutexes only`);
      const library = connect(client);
      return (names, random) => choice(library, random.pick(names), client);
    },
    watch: watchKeys,
  };
}

/** Its lock in the words of the worker. Options that it does not have are left out. */
function choice(library: RivalClient, name: string, client: SimulatedClient): Choice {
  return {
    names: [name],
    capacity: 1,
    weight: 1,
    async acquire({ ttlMs = 0, waitMs = 0, metadata }) {
      const ask: RivalAsk = { leaseMs: ttlMs, waitMs, mark: String(metadata) };
      const lease = await library.acquire(`${KEY_PREFIX}${name}`, ask).catch(unavailable);
      if (!lease) throw Object.assign(new Error("not acquired"), { code: "timeout" });
      return held(lease, name, ttlMs, client);
    },
  };
}

function held(lease: RivalLease, name: string, leaseMs: number, { clock, machine }: SimulatedClient): Held {
  const { extend } = lease;
  const lost = new AbortController();
  // What we ask of ourselves is not asked of them: their holders' clocks are right.
  let untilMs = clock.now() + lease.validMs * machine.rate;
  const remainingMs = () => Math.max(untilMs - clock.now(), 0);
  return {
    name,
    // It has none; what is recorded is the empty list of `toJSON`.
    fence: Number.NaN,
    signal: lost.signal,
    remainingMs,
    async release() {
      if (await lease.release().catch(unavailable)) return "released";
      return remainingMs() > 0 ? "lost" : "expired";
    },
    ...(extend && {
      async extend(byMs = leaseMs) {
        const longer = await extend(byMs).catch(unavailable);
        if (longer === undefined) {
          // The answer is how its holder is told.
          lost.abort();
          throw Object.assign(new Error("not extended"), { code: "lost" });
        }
        untilMs += longer * machine.rate;
        return remainingMs();
      },
    }),
    toJSON: (() => ({ fences: [] })) as unknown as NonNullable<Held["toJSON"]>,
  };
}

/** However it failed, its caller knows as little. */
function unavailable(cause: unknown): never {
  throw Object.assign(new Error("unavailable", { cause }), { code: "unavailable" });
}

/** A key of its own for each name, whose value says whose it is. */
function watchKeys({ server, time, onFault }: Simulation, write: (event: HistoryEvent) => void): void {
  const last = new Map<string, string>();
  const look = (key: string) => {
    const value = server.command("GET", key);
    const expiry = Number(server.command("PEXPIRETIME", key));
    const seen = `${value} ${expiry}`;
    if (last.get(key) === seen) return;
    last.set(key, seen);
    const until = expiry + time.nowMs - server.wallMs();
    const holders =
      typeof value === "string" ? [{ op: value.split("/")[0] ?? "?", attempt: value, weight: 1, until }] : [];
    const name = key.slice(KEY_PREFIX.length);
    write({ type: "server", at: time.nowMs, name, capacity: 1, holders, queue: [] });
  };
  server.onCommand((args) => {
    const key = args.find((arg) => arg.startsWith(KEY_PREFIX));
    if (key !== undefined) look(key);
  });
  onFault(({ kind }) => {
    // The fault is on record before it strikes.
    if (kind === "lose-data" || kind === "failover")
      time.at(time.nowMs, () => [...last.keys()].forEach(look));
  });
}
