import { type LockKind, LockLostError, type Locks } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { type Fixture, onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";
import { Order } from "../support/order.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };

/** As many candidates wait. */
async function candidates(f: Fixture, name: string, count: number): Promise<void> {
  const { locks } = f.client();
  await vi.waitFor(async () => expect((await locks.inspect(name)).waiting).toBe(count), PATIENCE);
}

onEveryEngine("election: campaign", (f) => {
  it("has one leader at a time over many clients, each with a greater fence", async () => {
    const name = f.name();
    const fences: number[] = [];
    let leading = 0;
    let most = 0;
    const candidate = async (locks: Locks) => {
      for (let term = 0; term < 3; term++) {
        await using leadership = await locks.election(name).campaign({ ttlMs: 5000 });
        most = Math.max(most, ++leading);
        fences.push(leadership.fence);
        await locks.election(name).leader();
        leading--;
      }
    };
    await Promise.all(Array.from({ length: 5 }, () => candidate(f.client().locks)));
    expect(most).toBe(1);
    expect(fences).toHaveLength(15);
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
  });

  it("hands over on resign, at once and in the order of the candidates", async () => {
    const name = f.name();
    const order: string[] = [];
    const first = await f.client().locks.election(name).campaign({ ttlMs: 60_000 });
    const terms = [];
    for (const [i, who] of ["b", "c", "d"].entries()) {
      const term = f.client().locks.election(name).campaign({ ttlMs: 60_000 });
      terms.push(
        term.then(async (leadership) => {
          order.push(who);
          expect(await leadership.resign()).toBe("released");
        }),
      );
      await candidates(f, name, i + 1);
    }
    expect(await first.resign()).toBe("released");
    expect(await first.resign()).toBe("released");
    expect(first.signal.aborted).toBe(false);
    // With leases of a minute, only the hand-over itself can be this quick.
    await Promise.all(terms);
    expect(order).toEqual(["b", "c", "d"]);
  });

  it("leads on past its TTL as long as the store answers", async () => {
    const name = f.name();
    const { locks, events } = f.client();
    const leadership = await locks.election(name).campaign({ ttlMs: 600 });
    const renewals = () => events.filter(({ type }) => type === "extended").length;
    await vi.waitFor(() => expect(renewals()).toBeGreaterThan(4), PATIENCE);
    expect((await locks.election(name).leader())?.fence).toBe(leadership.fence);
    expect(leadership.signal.aborted).toBe(false);
    await leadership.resign();
  });

  it("replaces a leader that died, after its lease, and not before it was told", async () => {
    const name = f.name();
    const dead = f.client();
    const order = new Order();
    const old = await dead.locks.election(name).campaign({ ttlMs: 1000 });
    old.signal.addEventListener("abort", () => order.note("told"));
    dead.network.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    const next = await f.client().locks.election(name).campaign();
    order.note("replaced");
    expect(next.fence).toBeGreaterThan(old.fence);
    expect(order.happened).toEqual(["told", "replaced"]);
    expect(old.signal.reason).toMatchObject({
      code: "lost",
      reason: "expired",
      lock: name,
      fence: old.fence,
    });
    await next.resign();
  });

  it("tells a leader that was broken", async () => {
    const name = f.name();
    const leadership = await f.client().locks.election(name).campaign({ ttlMs: 900 });
    expect(await f.client().locks.forceRelease(name)).toBe(true);
    await vi.waitFor(() => expect(leadership.signal.aborted).toBe(true), PATIENCE);
    expect(leadership.signal.reason).toBeInstanceOf(LockLostError);
    expect(leadership.signal.reason).toMatchObject({ reason: "taken" });
    expect(await leadership.resign()).toBe("lost");
  });

  it("ends after maxHoldMs and elects the next candidate", async () => {
    const name = f.name();
    const { locks } = f.client();
    const leadership = await locks.election(name).campaign({ ttlMs: 600, maxHoldMs: 1000 });
    const next = await f.client().locks.election(name).campaign({ ttlMs: 60_000 });
    expect(leadership.signal.reason).toMatchObject({ reason: "max-hold" });
    expect(next.fence).toBeGreaterThan(leadership.fence);
    await next.resign();
  });

  it("withdraws a candidate whose signal aborts, with the signal's reason, and leaves a leader alone", async () => {
    const name = f.name();
    const lead = new AbortController();
    const leader = await f.client().locks.election(name).campaign({ signal: lead.signal });
    const reason = new Error("shutting down");
    const cancel = new AbortController();
    const campaign = f.client().locks.election(name).campaign({ signal: cancel.signal });
    await candidates(f, name, 1);
    cancel.abort(reason);
    await expect(campaign).rejects.toBe(reason);
    await candidates(f, name, 0);
    lead.abort();
    expect(leader.signal.aborted).toBe(false);
    expect((await f.client().locks.election(name).leader())?.fence).toBe(leader.fence);
    await leader.resign();
  });

  it("waits in turn and without end, whatever the client's other locks do by default", async () => {
    const name = f.name();
    const impatient = f.client({
      defaults: { waitMs: 1, fair: false, maxWaiters: 1, maxRequests: 2, renew: { maxHoldMs: 30_000 } },
    });
    const first = await f.client().locks.election(name).campaign();
    const order: string[] = [];
    const held = gate();
    const second = f.client().locks.election(name).campaign({ ttlMs: 60_000 });
    await candidates(f, name, 1);
    const third = impatient.locks.election(name).campaign({ ttlMs: 60_000 });
    await candidates(f, name, 2);
    await first.resign();
    const ends = [second, third].map(async (term, i) => {
      const leadership = await term;
      order.push(["second", "third"][i] ?? "");
      await held.opened;
      await leadership.resign();
    });
    await vi.waitFor(() => expect(order).toEqual(["second"]), PATIENCE);
    held.open();
    await Promise.all(ends);
    expect(order).toEqual(["second", "third"]);
  });

  it("resigns at the end of its scope", async () => {
    const { locks } = f.client();
    const election = locks.election(f.name());
    {
      await using _leadership = await election.campaign();
      expect(await election.leader()).toBeDefined();
    }
    expect(await election.leader()).toBeUndefined();
  });

  const others: [LockKind, (locks: Locks, name: string) => Promise<unknown>][] = [
    ["semaphore", (locks, name) => locks.semaphore(name, { permits: 2 }).acquire()],
    ["readwrite", (locks, name) => locks.readWrite(name).read.acquire()],
  ];
  it.each(others)("refuses the name of a %s", async (kind, take) => {
    const name = f.name();
    const { locks } = f.client();
    await take(locks, name);
    const refusal = { code: "kind-mismatch", message: expect.stringContaining(`as a ${kind}`) };
    const election = locks.election(name);
    await expect(election.campaign()).rejects.toMatchObject(refusal);
    await expect(election.leader()).rejects.toMatchObject(refusal);
    await expect(election.observe()[Symbol.asyncIterator]().next()).rejects.toMatchObject(refusal);
  });
});
