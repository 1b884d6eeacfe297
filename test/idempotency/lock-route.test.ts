import { createLocks, type Lease, LockLostError, restStore } from "@holdfast/core";
import { type LockRouteOptions, lockRoute, type RouteLocks } from "@holdfast/hono/middleware";
import { type Context, Hono } from "hono";
import { streamText } from "hono/streaming";
import { expect, it, vi } from "vitest";
import { onOneEngine, TOKEN } from "../support/fixture.ts";
import { door, told } from "./app.ts";

onOneEngine("a route under a lock", (fixture) => {
  const store = () => restStore({ url: fixture.gateway.url, token: TOKEN });
  const locks = () => createLocks({ store: store() });
  type Handler = (c: Context, lease: Lease) => Response | Promise<Response>;

  function appWith(handler: Handler, options: Partial<LockRouteOptions> = {}) {
    const app = new Hono();
    app.post(
      "/invoices/:id",
      lockRoute((c) => `invoice:${c.req.param("id")}`, { store: store(), ...options } as LockRouteOptions),
      (c) => handler(c, c.var.lease),
    );
    const post = async (id: string, signal?: AbortSignal) =>
      app.request(`http://app/invoices/${id}`, { method: "POST", ...(signal && { signal }) });
    return { app, post };
  }

  it("lets one request in at a time for each name; a caller that has its answer finds the lock free", async () => {
    let inside = 0;
    let most = 0;
    const { post } = appWith(
      async (c, lease) => {
        most = Math.max(most, ++inside);
        await Promise.resolve();
        inside--;
        return c.json({ fence: lease.fence });
      },
      { waitMs: 10_000 },
    );
    const id = fixture.name();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(id)));
    const fences = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { fence: number }).fence),
    );
    expect([most, new Set(fences).size]).toEqual([1, 10]);

    const impatient = appWith((c) => c.json({}, 201, { "set-cookie": "a=b" }));
    for (let i = 0; i < 5; i++) {
      const answer = await impatient.post(id);
      expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([
        201,
        "{}",
        ["a=b"],
      ]);
    }
  });

  it("is told 409 and when to come back while another has it, 503 without a store", async () => {
    const { post } = appWith((c) => c.text("in"));
    const id = fixture.name();
    await using _mine = await locks().acquire(`invoice:${id}`, { ttlMs: 1500 });
    expect(await told(await post(id))).toEqual({ status: 409, code: "held", retryAfter: "2" });
    expect((await post(fixture.name())).status).toBe(200);

    const dead = restStore({ url: "http://127.0.0.1:9", token: TOKEN, timeoutMs: 200 });
    expect(await told(await appWith((c) => c.text("in"), { store: dead }).post(id))).toEqual({
      status: 503,
      code: "unavailable",
      retryAfter: "1",
    });
  });

  it("is held until a streamed body has ended, or its reader has left", async () => {
    const { opened, open } = door();
    const { post } = appWith((c) =>
      streamText(c, async (stream) => {
        await stream.write("one");
        await opened;
        await stream.write("two");
      }),
    );
    const id = fixture.name();
    const held = async () => (await locks().inspect(`invoice:${id}`)).held;
    const answer = await post(id);
    expect(await held()).toBe(true);
    open();
    expect(await answer.text()).toBe("onetwo");
    expect(await held()).toBe(false);

    const endless = appWith((c) =>
      streamText(c, async (stream) => {
        await stream.write("one, which nobody reads");
        await new Promise(() => {});
      }),
    );
    const left = await endless.post(id);
    expect(await held()).toBe(true);
    await left.body?.cancel();
    expect(await held()).toBe(false);
  });

  it("ends its answer after it was given back, so that whoever has read it finds the lock free", async () => {
    const { opened, open } = door();
    const order: string[] = [];
    const over = locks();
    const slowly: RouteLocks = {
      acquire: async (name, options) => {
        const lease = await over.acquire(name, options);
        const release = async () => {
          await opened;
          order.push("given back");
          return lease.release();
        };
        return new Proxy(lease, {
          get: (it, key) => (key === "release" ? release : Reflect.get(it, key, it)),
        });
      },
    };
    const { post } = appWith((c) => streamText(c, async (stream) => void (await stream.write("all"))), {
      locks: slowly,
      store: undefined,
    } as never);
    const answer = await post(fixture.name());
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("all");
    const end = reader.read().then(({ done }) => order.push(`ended ${done}`));
    open();
    await end;
    expect(order).toEqual(["given back", "ended true"]);
  });

  it("is held while a long answer is on its way, which arrives whole", async () => {
    const long = "x".repeat(200_000);
    const { post } = appWith((c) => c.text(long));
    const id = fixture.name();
    expect(await (await post(id)).text()).toBe(long);
    expect((await post(id)).status).toBe(200);
  });

  it("gives back when the handler throws", async () => {
    const { app, post } = appWith(() => {
      throw new Error("boom");
    });
    app.onError((_, c) => c.text("caught", 500));
    const id = fixture.name();
    for (let i = 0; i < 2; i++) expect((await post(id)).status).toBe(500);
    expect(await locks().inspect(`invoice:${id}`)).toMatchObject({ held: false });
  });

  it("is 503 when the lock was lost before the handler was done, whatever it answers", async () => {
    const id = fixture.name();
    const seen: unknown[] = [];
    const { post } = appWith(
      async (c, lease) => {
        await locks().forceRelease(`invoice:${id}`);
        await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), 5000);
        seen.push(lease.signal.reason);
        return c.json({ paid: true }, 201, { location: "/payments/1" });
      },
      { ttlMs: 300 },
    );
    const answer = await post(id);
    expect(answer.headers.has("location")).toBe(false);
    expect(await told(answer)).toEqual({ status: 503, code: "lost", retryAfter: "1" });
    expect(seen).toEqual([expect.any(LockLostError)]);
  });

  it("ends the wait of a caller that hangs up, and leaves the queue", async () => {
    const { post } = appWith((c) => c.text("in"), { waitMs: 60_000 });
    const id = fixture.name();
    const mine = await locks().acquire(`invoice:${id}`);
    const caller = new AbortController();
    const answer = post(id, caller.signal);
    const waiting = (count: number) =>
      vi.waitFor(async () => expect((await locks().inspect(`invoice:${id}`)).waiting).toBe(count), 5000);
    await waiting(1);
    caller.abort();
    expect((await answer).status).toBe(499);
    await waiting(0);
    await mine.release();
  });

  it("works over locks that are there already", async () => {
    const { post } = appWith((c, lease) => c.text(lease.name), { locks: locks(), store: undefined } as never);
    expect(await (await post("shared")).text()).toBe("invoice:shared");
    expect(() => lockRoute("a", {} as never)).toThrow("needs a store");
    expect(() => lockRoute("a", { store: store(), ttl: 5 } as never)).toThrow(
      'unknown lockRoute option "ttl"',
    );
  });
});
