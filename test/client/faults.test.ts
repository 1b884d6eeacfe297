import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { KEY, type RunningService, startService } from "./service.ts";

// The network and the service fail between the client and its locks.

describe("a client in trouble", () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService();
  });
  afterEach(() => service.gateway.faults.clear());
  afterAll(() => service?.[Symbol.asyncDispose]());
  const retry = { minDelayMs: 5, maxDelayMs: 20 };
  const free = (name: string) =>
    vi.waitFor(async () => {
      const { held, waiting } = await service.beside.inspect(name);
      expect([held, waiting]).toEqual([false, 0]);
    }, 5000);

  it.each(["drop-request", "drop-reply", "duplicate"] as const)(
    "P3 %s costs one retry, whatever it hits",
    async (action) => {
      const name = service.name();
      const { client, network } = service.client({ retry });
      const each = { action, times: 1 } as const;
      network.fail(each);
      const lease = await client.acquire(name, { ttlMs: 20_000 });
      expect((await service.beside.inspect(name)).holders).toMatchObject([{ fence: lease.fence }]);
      network.fail(each);
      expect(await lease.extend(30_000)).toBeGreaterThan(25_000);
      network.fail(each);
      expect(await lease.release()).toBe("released");
      await free(name);
      const stuck = await client.acquire(name);
      const waiter = service.client({ retry });
      waiter.network.fail(each);
      const next = waiter.client.acquire(name, { steal: true });
      expect((await next).fence).toBeGreaterThan(stuck.fence);
      network.fail(each);
      // A second breaking of the same call must not break whoever came next.
      expect(await client.forceRelease(name)).toBe(true);
    },
  );

  it("P3 a forced release whose reply is lost does not break the next one's lease", async () => {
    const name = service.name();
    const { client, network } = service.client({ retry });
    await client.acquire(name);
    const next = service.beside.acquire(name);
    await vi.waitFor(async () => expect((await service.beside.inspect(name)).waiting).toBe(1), 5000);
    network.fail({ action: "drop-reply" });
    expect(await client.forceRelease(name)).toBe(true);
    expect(await (await next).extend()).toBeGreaterThan(0);
  });

  it("P1 P2 nothing overlaps and fences grow, whatever happens to a third of all requests and answers", async () => {
    const name = service.name();
    let inside = 0;
    let last = 0;
    let grants = 0;
    const seeded = (seed: number) => () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    const contender = async (seed: number) => {
      const { client, network } = service.client({ timeoutMs: 400, retry: { ...retry, retries: 10 } });
      const random = seeded(seed);
      const times = Number.POSITIVE_INFINITY;
      for (const action of ["drop-request", "drop-reply", "duplicate"] as const)
        network.fail({ action, times, when: () => random() < 0.08 });
      network.fail({ action: "status", afterExecuting: true, times, when: () => random() < 0.05 });
      network.fail({ action: "hang", afterExecuting: true, times, when: () => random() < 0.03 });
      for (let round = 0; round < 6; round++) {
        const lease = await client
          .acquire(name, { ttlMs: 3000, waitMs: 20_000, claimMs: 1000 })
          .catch((error) => (error.code === "unavailable" ? undefined : Promise.reject(error)));
        if (!lease) continue;
        expect(lease.fence).toBeGreaterThan(last);
        last = lease.fence;
        expect(++inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside--;
        grants++;
        await lease.release().catch(() => {});
      }
      network.clear();
    };
    await Promise.all([1, 2, 3, 4].map(contender));
    expect(grants).toBeGreaterThan(16);
    await free(name);
  });

  it("429 and 5xx are waited out as long as Retry-After says, and told as retries", async () => {
    const name = service.name();
    const { client, network, events } = service.client({ retry });
    network.fail({ action: "status", status: 429, headers: { "retry-after": "1" } });
    network.fail({ action: "status", status: 502, when: (_, index) => index === 1 });
    const started = performance.now();
    const lease = await client.acquire(name);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(events.filter(({ type }) => type === "retried")).toMatchObject([
      { names: [name], during: "acquire", attempt: 1, delayMs: 1000, reason: "status" },
      { attempt: 2, reason: "status" },
    ]);
    await lease.release();
  });

  it("P4 an acquire that learns nothing is unavailable in time, and takes back what it may have got", async () => {
    const name = service.name();
    const { client, network } = service.client({ retry, timeoutMs: 300 });
    network.fail({ action: "hang", afterExecuting: true, times: 4 });
    const started = performance.now();
    await expect(client.acquire(name, { ttlMs: 60_000, waitMs: 700 })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(performance.now() - started).toBeLessThan(1500);
    await free(name);
  });

  it("P4 a request that arrives after its attempt was given up gets nothing", async () => {
    const name = service.name();
    const { client, network } = service.client({ retry: { retries: 0 }, timeoutMs: 200 });
    network.fail({ action: "delay-request", delayMs: 600 });
    await expect(client.tryAcquire(name, { ttlMs: 60_000 })).rejects.toMatchObject({ code: "unavailable" });
    await vi.waitFor(() => expect(network.requests.length).toBe(2), 3000);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await service.beside.inspect(name)).held).toBe(false);
  });

  it("the database's trouble is the service's 503, and passes", async () => {
    const { client, events } = service.client({ retry: { retries: 20, minDelayMs: 50, maxDelayMs: 50 } });
    service.gateway.faults.inject({ action: "status", status: 503, times: Number.POSITIVE_INFINITY });
    const taking = client.acquire(service.name(), { waitMs: 10_000 });
    await vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining({ type: "retried" })), 5000);
    service.gateway.faults.clear();
    await (await taking).release();
  });

  it("a broken stream is opened again, and a waiter without one looks from time to time", async () => {
    const name = service.name();
    const held = await service.beside.acquire(name, { ttlMs: 60_000 });
    const isStream = (url: string) => url.endsWith("/v1/wake-ups");
    const cuts: (() => void)[] = [];
    const { client } = service.client({
      fetch: async (input, init) => {
        if (!isStream(String(input))) return fetch(input, init);
        const cut = new AbortController();
        const ends = [cut.signal, ...(init?.signal ? [init.signal] : [])];
        const answer = await fetch(input, { ...init, signal: AbortSignal.any(ends) });
        // Open once it says so.
        void answer
          .clone()
          .body?.getReader()
          .read()
          .then(() => cuts.push(() => cut.abort()));
        return answer;
      },
    });
    const waiting = client.acquire(name, { waitMs: 15_000 });
    await vi.waitFor(() => expect(cuts.length).toBe(1), 5000);
    await vi.waitFor(async () => expect((await service.beside.inspect(name)).waiting).toBe(1), 5000);
    cuts[0]?.();
    await vi.waitFor(() => expect(cuts.length).toBe(2), 5000);
    await held.release();
    expect(await (await waiting).release()).toBe("released");

    const deaf = service.client({
      fetch: async (input, init) => (isStream(String(input)) ? Response.error() : fetch(input, init)),
    });
    const again = await service.beside.acquire(name);
    const looking = deaf.client.acquire(name, { waitMs: 15_000 });
    await vi.waitFor(async () => expect((await service.beside.inspect(name)).waiting).toBe(1), 5000);
    await again.release();
    await (await looking).release();
  });

  it("answers of something else than a lock service are no grants", async () => {
    const bodies = [
      "",
      "<html>",
      "null",
      "[]",
      '{"lease":{}}',
      '{"lease":{"fence":1,"remainingMs":9e9,"owner":"x","storeTime":1}}',
    ];
    for (const body of bodies) {
      const { client } = service.client({ retry: { retries: 0 }, fetch: async () => new Response(body) });
      await expect(client.acquire("x"), body).rejects.toMatchObject({ code: "unavailable" });
    }
  });

  it("P10 no error carries a token, an owner or a query, and no redirect is followed", async () => {
    const seen: string[] = [];
    const echo: typeof fetch = async (input, init) => {
      seen.push(String(input));
      expect(init?.redirect).toBe("manual");
      const said = `${input} ${new Headers(init?.headers).get("authorization")} ${init?.body}`;
      return Response.json(
        { title: said, detail: said, errors: [{ field: said, detail: said }] },
        { status },
      );
    };
    let status = 400;
    for (status of [302, 400, 401, 403, 404, 409, 413, 422, 503]) {
      const { client } = service.client({ retry: { retries: 0 }, fetch: echo });
      const error = await client
        .acquire("some-name", { attemptId: "attempt-secret" })
        .catch((error) => error);
      expect(error.code, `${status}`).toMatch(/^(unauthorized|refused|invalid-argument|unavailable)$/);
      const listed = await client.list({ prefix: "prefix-secret" }).catch((error) => error);
      for (const text of [String(error), error.stack, JSON.stringify(error), String(listed)])
        expect(text).not.toMatch(new RegExp(`${KEY}|attempt-secret|prefix-secret|Bearer`));
    }
    expect(seen.length).toBeGreaterThan(9);
  });

  it("what the token may not is unauthorized, what the service does not take invalid-argument", async () => {
    const wrong = service.client({ token: "not-the-key-of-this-service" });
    await expect(wrong.client.acquire(service.name())).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("HTTP 401"),
    });
    expect(wrong.network.requests.length).toBe(1);
  });

  it("close() gives back everything, leaves every queue and ends the client", async () => {
    const [name, other] = [service.name(), service.name()];
    const { client } = service.client();
    const lease = await client.acquire(name, { ttlMs: 60_000 });
    const held = await service.beside.acquire(other, { ttlMs: 60_000 });
    const waiting = client.acquire(other, { waitMs: 60_000 }).catch((error) => error);
    await vi.waitFor(async () => expect((await service.beside.inspect(other)).waiting).toBe(1), 5000);
    await client.close();
    expect(lease.signal.reason).toMatchObject({ code: "lost", reason: "taken" });
    expect((await service.beside.inspect(name)).held).toBe(false);
    expect((await service.beside.inspect(other)).waiting).toBe(0);
    expect(await waiting).toMatchObject({ code: "invalid-argument" });
    await expect(client.acquire(name)).rejects.toMatchObject({ code: "invalid-argument" });
    await client.close();
    await held.release();
  });

  it("releaseAll() gives back what is held, also what was adopted, and the client goes on", async () => {
    const [name, other] = [service.name(), service.name()];
    const { client } = service.client();
    const lease = await client.acquireAll([name, `${name}-2`], { ttlMs: 60_000 });
    const theirs = await service.client().client.acquire(other, { ttlMs: 60_000 });
    client.adopt(theirs.toJSON());
    await client.releaseAll();
    expect(lease.signal.aborted).toBe(true);
    for (const one of [name, `${name}-2`, other])
      expect((await service.beside.inspect(one)).held).toBe(false);
    expect(await (await client.acquire(name)).release()).toBe("released");
  });
});
