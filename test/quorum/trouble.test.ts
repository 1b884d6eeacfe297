import { engines, type TestEngine } from "@holdfast/testing/node";
import { expect, it, vi } from "vitest";
import { onNodes, TOKEN } from "./support/nodes.ts";

const [engine] = engines() as [TestEngine];
const always = { times: Number.POSITIVE_INFINITY };
const FOREVER = 600_000;

onNodes("trouble below", engine, 5, (f) => {
  const votesOn = async (name: string) => {
    const records = await Promise.all(
      f.nodes.map(({ gateway }) => gateway.command("GET", `holdfast:{${name}}`)),
    );
    // The eighth field is the attempt that holds the name.
    return records.filter((record) => record !== null && String(record).split(" ")[7] !== "-").length;
  };

  it.each([
    ["silent", { action: "hang" }],
    ["that execute and do not answer", { action: "hang", afterExecuting: true }],
    ["cut off", { action: "drop-request" }],
    ["whose answers are lost", { action: "drop-reply" }],
  ] as const)("does without two nodes of five that are %s, and waits for neither", async (_, fault) => {
    // No node would be given up in time, so whatever settles has not waited for one.
    const { locks, networks, events } = f.client({ nodeTimeoutMs: FOREVER });
    for (const network of networks.slice(3)) network.fail({ ...fault, ...always });
    const name = f.name();
    const first = await locks.acquire(name);
    expect(await first.extend()).toBeGreaterThan(29_000);
    expect(await first.release()).toBe("released");
    const second = await locks.acquire(name);
    expect(second.fence).toBeGreaterThan(first.fence);
    await second.release();
    const yes = events.filter((event) => event.type === "voted" && event.vote === "yes");
    expect(new Set(yes.map((event) => event.type === "voted" && event.node)).size).toBe(3);
  });

  it("says at once that a majority is impossible, which nodes failed, and gives back what it has", async () => {
    const { locks, networks } = f.client({
      nodeTimeoutMs: FOREVER,
      retries: 0,
      labels: ["a", "b", "c", "d", "e"],
    });
    for (const network of networks.slice(2))
      network.fail({
        action: "drop-request",
        ...always,
        when: ([command]) => command?.[0]?.startsWith("EVAL") === true,
      });
    const name = f.name();
    await expect(locks.tryAcquire(name)).rejects.toMatchObject({
      code: "unavailable",
      message: "fewer than 3 of the 5 nodes of the quorum voted in time: c, d, e gave no answer.",
    });
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(0), 5000);
    await (await f.client().locks.acquire(name)).release();
  });

  it("gives back on nodes that did not answer, and on those that execute the request only afterwards", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: 250, retries: 0 });
    networks[2]?.fail({ action: "hang", afterExecuting: true });
    networks[3]?.fail({ action: "drop-request" });
    networks[4]?.fail({ action: "hang" });
    const name = f.name();
    await expect(locks.tryAcquire(name)).rejects.toMatchObject({ code: "unavailable" });
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(0), 5000);
    // What was lost on its way to a node arrives now.
    const { url = "", method = "", body = "" } = networks[3]?.requests[0] ?? {};
    const late = await fetch(url, { method, body, headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await late.json()).toEqual({ result: [expect.any(String), "ended"] });
    expect(await votesOn(name)).toBe(0);
  });

  it("a vote that a node was told twice, or answers a second time only, is one", async () => {
    const { locks, networks } = f.client();
    for (const network of networks) network.fail({ action: "drop-reply" });
    const name = f.name();
    const lease = await locks.acquire(name);
    expect(await votesOn(name)).toBeGreaterThanOrEqual(3);
    await lease.release();
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(0), 5000);
  });

  it("a free name is granted though the nearest node has not heard of its release, and the others are far away", async () => {
    const [holder, far] = [f.client(), f.client()];
    const name = f.name();
    const lease = await holder.locks.acquire(name);
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(5), 5000);
    holder.networks[0]?.fail({ action: "drop-request", ...always });
    await lease.release();
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(1), 5000);
    for (const [i, network] of far.networks.entries())
      if (i > 0) network.fail({ action: "delay-reply", delayMs: 40 * i, ...always });
    const next = await far.locks.acquire(name, { waitMs: 10_000 });
    expect(next.fence).toBeGreaterThan(lease.fence);
    await next.release();
  });

  it("leases that are renewed together do not share the fate of one that cannot be told of", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: 200, retries: 0 });
    const [well, doubtful] = [f.name(), f.name()];
    for (const network of networks.slice(3)) network.fail({ action: "drop-request", ...always });
    const x = await locks.acquire(well, { ttlMs: 1500, renew: true });
    for (const network of networks) network.clear();
    for (const network of networks.slice(1, 3)) network.fail({ action: "drop-request", ...always });
    const y = await locks.acquire(doubtful, { ttlMs: 1500, renew: true });
    for (const network of networks) network.clear();
    for (const network of networks.slice(3)) network.fail({ action: "drop-request", ...always });
    await vi.waitFor(() => expect(y.signal.aborted).toBe(true), { timeout: 10_000, interval: 20 });
    expect(x.signal.aborted).toBe(false);
    expect(await x.extend()).toBeGreaterThan(1000);
    await x.release();
  });

  it("a release takes the votes of every try of its attempt", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: 250, retries: 0 });
    const name = f.name();
    const other = await f.client().locks.acquire(name);
    for (const { gateway } of f.nodes.slice(4)) await gateway.command("DEL", `holdfast:{${name}}`);
    // The fifth node votes for the first try, which is not told, and hears nothing of its being taken back.
    networks[4]?.fail({ action: "hang", afterExecuting: true });
    networks[4]?.fail({ action: "drop-request", times: 30, when: (_, index) => index > 0 });
    const waiting = locks.acquire(name, { waitMs: 10_000 });
    await vi.waitFor(async () => expect(networks[4]?.requests.length).toBeGreaterThan(1), 5000);
    await other.release();
    const lease = await waiting;
    networks[4]?.clear();
    await lease.release();
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(0), 5000);
  });

  it("names are listed while a minority is away, and none for want of answers", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: 500, retries: 0 });
    const name = f.name();
    for (const network of networks.slice(1, 3)) network.fail({ action: "drop-request", ...always });
    const lease = await locks.acquire(name);
    for (const network of networks) network.clear();
    networks[0]?.fail({ action: "drop-request", ...always });
    const all = async () => {
      const names: string[] = [];
      for (let cursor: string | undefined = "0"; cursor !== undefined; ) {
        const page = await locks.list({ cursor, limit: 1000 });
        names.push(...page.locks.map((lock) => lock.name));
        cursor = page.cursor;
      }
      return names;
    };
    expect(await all()).toContain(name);
    for (const network of networks) network.fail({ action: "drop-request", ...always });
    await expect(all()).rejects.toMatchObject({ code: "unavailable" });
    for (const network of networks) network.clear();
    await lease.release();
  });

  it("a waiter is not kept out by a try of its own that a node still votes for", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: 250, retries: 0 });
    const name = f.name();
    const other = await f.client().locks.acquire(name, { ttlMs: 60_000 });
    for (const { gateway } of f.nodes.slice(0, 1)) await gateway.command("DEL", `holdfast:{${name}}`);
    // Two nodes are away; of the three that are needed the first votes for an early try, and does not hear of its end.
    for (const network of networks.slice(3)) network.fail({ action: "drop-request", ...always });
    networks[0]?.fail({
      action: "drop-request",
      times: 10,
      when: ([command]) => command?.includes("try") === true,
    });
    const waiting = locks.acquire(name, { waitMs: 15_000, ttlMs: 60_000 });
    const faults = () => networks[0]?.requests.filter((request) => request.faults.length > 0).length ?? 0;
    await vi.waitFor(() => expect(faults()).toBeGreaterThan(0), 5000);
    await other.release();
    const lease = await waiting;
    expect(lease.fence).toBeGreaterThan(other.fence);
    for (const network of networks) network.clear();
    await lease.release();
  });

  it("a wait for several names goes on while a majority is away, and ends as a timeout", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: 250, retries: 0 });
    const names = [f.name(), f.name()];
    const other = await f.client().locks.acquire(names[1] as string);
    const waiting = locks.acquireAll(names, { waitMs: 15_000 });
    await vi.waitFor(() => expect(networks[0]?.requests.length).toBeGreaterThan(1), 5000);
    for (const network of networks.slice(0, 3)) network.fail({ action: "drop-request", times: 5 });
    await vi.waitFor(() => {
      const lost = networks[0]?.requests.filter(({ faults }) => faults.length > 0) ?? [];
      expect(lost.length).toBeGreaterThan(2);
    }, 10_000);
    await other.release();
    const all = await waiting;
    await expect(f.client().locks.acquireAll(names, { waitMs: 300 })).rejects.toMatchObject({
      code: "timeout",
    });
    await all.release();
  });

  it("an abort ends the giving back, too", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: FOREVER });
    const name = f.name();
    const other = await f.client().locks.acquire(name);
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(5), 5000);
    for (const { gateway } of f.nodes.slice(3)) await gateway.command("DEL", `holdfast:{${name}}`);
    // The last node votes, and never says that it took its vote back.
    networks[4]?.fail({ action: "hang", ...always, when: (_, index) => index > 1 });
    const started = performance.now();
    await expect(locks.acquire(name, { signal: AbortSignal.timeout(600) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    expect(performance.now() - started).toBeLessThan(10_000);
    for (const network of networks) network.clear();
    await other.release();
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(0), 5000);
  });

  it("an aborted acquire leaves nothing", async () => {
    const { locks, networks, store, events } = f.client({ nodeTimeoutMs: FOREVER });
    for (const network of networks.slice(1)) network.fail({ action: "hang", afterExecuting: true });
    const name = f.name();
    const controller = new AbortController();
    const acquiring = locks.acquire(name, { signal: controller.signal });
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(5), 5000);
    controller.abort(new Error("enough"));
    await expect(acquiring).rejects.toThrow("enough");
    const silent = events.filter((event) => event.type === "voted" && event.vote === "silent");
    expect(silent).toEqual([]);
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(0), 5000);
    await expect(store.health("holdfast", { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("a lease that a majority does not know any more is lost, and the minority is freed", async () => {
    const { locks } = f.client();
    const name = f.name();
    const lease = await locks.acquire(name, { ttlMs: 10_000 });
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(5), 5000);
    for (const { gateway } of f.nodes.slice(2)) await gateway.command("DEL", `holdfast:{${name}}`);
    await expect(lease.extend()).rejects.toMatchObject({ code: "lost", reason: "taken" });
    await vi.waitFor(async () => expect(await votesOn(name)).toBe(0), 5000);
  });

  it("a lease keeps what it has while a majority is away, and is told in time", async () => {
    const { locks, networks } = f.client({ nodeTimeoutMs: 200, retries: 0 });
    const lease = await locks.acquire(f.name(), { ttlMs: 1500, renew: true });
    for (const network of networks.slice(2)) network.fail({ action: "hang", ...always });
    await expect(lease.extend()).rejects.toMatchObject({ code: "unavailable" });
    expect(lease.signal.aborted).toBe(false);
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), { timeout: 5000, interval: 20 });
    expect(lease.signal.reason).toMatchObject({ reason: "expired" });
  });
});
