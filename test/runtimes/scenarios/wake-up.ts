import { check, equal, pause, until } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

/** Polling would show within this. */
const WATCHED_MS = 600;

export const wakeUp: Scenario = {
  name: "wake-up by SSE",
  async run({ name, first, client }) {
    const { locks, traffic } = client();
    // Scripts and dialect are known from then on: every request that is counted is the wait's.
    await (await locks.acquire(`${name}, before`)).release();
    const held = await first.locks.acquire(name);
    const before = traffic.requests;
    const waiting = locks.acquire(name, { waitMs: 20_000 });
    waiting.catch(() => {});
    const listens = async () => traffic.streams > 0 && (await first.locks.inspect(name)).waiting === 1;
    await until(listens, "the waiter has its place and its stream");
    await untilQuiet(traffic);

    // Its place, and one look after the stream was open.
    const asked = traffic.requests - before;
    check(asked <= 2, `${asked} requests to wait`);
    await pause(WATCHED_MS);
    equal(traffic.requests - before, asked, "requests while it waits");

    const fence = held.fence;
    equal(await held.release(), "released", "release");
    const lease = await waiting;
    check(lease.fence > fence, "the fence rises from hand to hand");
    equal(traffic.requests - before, asked, "requests until it was granted");
    equal(traffic.streams, 1, "streams");
    equal(await lease.release(), "released", "release of what the stream granted");
  },
};

/** Until nothing is under way, and nothing new begins for a while. */
async function untilQuiet(traffic: { readonly requests: number; readonly pending: number }): Promise<void> {
  let seen = -1;
  await until(async () => {
    const quiet = traffic.pending === 0 && traffic.requests === seen;
    seen = traffic.requests;
    if (!quiet) await pause(200);
    return quiet;
  }, "the waiter asks nothing more");
}
