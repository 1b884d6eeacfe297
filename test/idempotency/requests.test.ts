import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { idempotency } from "@holdfast/hono/middleware";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { expect, it } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { appOver, door, told } from "./app.ts";

onEveryEngine("a request with an Idempotency-Key", (fixture) => {
  const key = () => `"${crypto.randomUUID()}"`;

  it("runs once; later ones get its status, body and chosen headers, and no cookie", async () => {
    const app = appOver(fixture);
    const mine = key();
    const first = await app.send({ key: mine });
    expect(first.headers.get("set-cookie")).toBe("session=secret");
    expect(first.headers.has("idempotent-replayed")).toBe(false);
    // Another process, and the key without its quotes, as many clients send it.
    for (const [from, sent] of [
      [app, mine],
      [appOver(fixture, { runs: app.runs }), mine],
      [app, mine.slice(1, -1)],
    ] as const) {
      const answer = await from.send({ key: sent });
      expect(answer.status).toBe(201);
      expect(Object.fromEntries(answer.headers)).toEqual({
        "content-type": "application/json",
        location: "/payments/1",
        "idempotent-replayed": "true",
      });
      expect(await answer.json()).toEqual({ paid: true });
    }
    expect(app.runs.count).toBe(1);
  });

  it("runs once of 20 at the same time, in two processes; those that wait get the same answer", async () => {
    const runs = { count: 0 };
    const apps = [1, 2].map(() => appOver(fixture, { runs, options: { waitMs: 15_000 } }));
    const mine = key();
    const sent = Array.from({ length: 20 }, (_, i) => apps[i % 2]?.send({ key: mine }));
    const answers = await Promise.all(sent);
    expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([201]));
    expect(new Set(await Promise.all(answers.map((answer) => answer?.text())))).toEqual(
      new Set(['{"paid":true}']),
    );
    expect(runs.count).toBe(1);
  });

  it("is told 409 and when to come back while the first one runs, and 422 with another body", async () => {
    const { begun, begin, opened, open } = door();
    const app = appOver(fixture, {
      work: async (c) => {
        begin();
        await opened;
        return c.json({});
      },
    });
    const mine = key();
    const first = app.send({ key: mine });
    await begun;
    expect(await told(await app.send({ key: mine }))).toEqual({
      status: 409,
      code: "in-progress",
      retryAfter: "5",
    });
    expect(await told(await app.send({ key: mine, body: "[]" }))).toMatchObject({
      status: 422,
      code: "key-reused",
    });
    open();
    expect((await first).status).toBe(200);
    expect(app.runs.count).toBe(1);
  });

  it("has a key for one request: another body, path, query, method or type is 422", async () => {
    const app = appOver(fixture);
    const mine = key();
    await app.send({ key: mine, body: '{"amount":1}' });
    const same = { key: mine, body: '{"amount":1}' };
    const others = [
      { ...same, body: '{"amount":2}' },
      { ...same, body: "" },
      { ...same, path: "/refunds" },
      { ...same, path: "/payments?twice" },
      { ...same, method: "PUT" },
      { ...same, headers: { "content-type": "text/plain" } },
    ];
    for (const other of others)
      expect(await told(await app.send(other))).toEqual({
        status: 422,
        code: "key-reused",
        retryAfter: null,
      });
    expect((await app.send(same)).status).toBe(201);
    expect(app.runs.count).toBe(1);
  });

  it("has keys of its own for each caller, who must be known", async () => {
    const app = appOver(fixture, { work: (c) => c.text(c.req.header("authorization") ?? "") });
    const mine = key();
    expect(await (await app.send({ key: mine, user: "ann" })).text()).toBe("Bearer ann");
    expect(await (await app.send({ key: mine, user: "bob" })).text()).toBe("Bearer bob");
    expect(await (await app.send({ key: mine, user: "ann" })).text()).toBe("Bearer ann");
    expect(app.runs.count).toBe(2);

    const errors: unknown[] = [];
    app.hono.onError((error, c) => {
      errors.push(error);
      return c.text("", 500);
    });
    const anonymous = await app.hono.request("http://app/payments", {
      method: "POST",
      headers: { "idempotency-key": mine },
    });
    expect([anonymous.status, errors]).toEqual([
      500,
      [expect.objectContaining({ code: "invalid-argument" })],
    ]);

    const anyone = appOver(fixture, { options: { scope: () => "anyone" } });
    await anyone.send({ key: mine, user: "ann" });
    expect((await anyone.send({ key: mine, user: "bob" })).headers.get("idempotent-replayed")).toBe("true");
  });

  it("needs a key that is well formed, unless it needs none", async () => {
    const app = appOver(fixture);
    expect(await told(await app.send())).toMatchObject({ status: 400, code: "key-missing" });
    expect(await told(await app.send({ method: "PATCH" }))).toMatchObject({
      status: 400,
      code: "key-missing",
    });
    const malformed = [
      '""',
      "",
      '"',
      '"a',
      '"a", "b"',
      "a, b",
      '"a"b',
      '"\\a"',
      '"\t"',
      `"${"k".repeat(256)}"`,
      "käse",
      '"käse"',
    ];
    for (const bad of malformed)
      expect(await told(await app.send({ key: bad })), bad).toMatchObject({
        status: 400,
        code: "key-malformed",
      });
    expect(app.runs.count).toBe(0);

    for (const good of [`"${"k".repeat(255)}"`, '"a \\"quoted\\\\ one"', ' "spaced" ', '"with";parameters=1'])
      expect((await app.send({ key: good, user: crypto.randomUUID() })).status, good).toBe(201);
    for (const method of ["PUT", "DELETE"]) expect((await app.send({ method })).status).toBe(201);
    const optional = appOver(fixture, { options: { required: false } });
    expect((await optional.send()).headers.get("x-run")).toBe("1");
    expect((await optional.send()).headers.get("x-run")).toBe("2");
  });

  it("is left alone if it only reads, and takes no request to the store", async () => {
    const app = appOver(fixture);
    const mine = key();
    for (const method of ["GET", "HEAD", "OPTIONS"]) await app.send({ method, key: mine });
    expect([app.runs.count, app.network.requests.length]).toEqual([3, 0]);
  });

  it("frees its key with an answer that does not hold: 5xx, 429, Retry-After, an error that is thrown", async () => {
    const answers: ((c: { json: Hono["fetch"] }) => Response)[] = [
      () => new Response("broken", { status: 500 }),
      () => new Response("slow down", { status: 429 }),
      () => new Response("not yet", { status: 404, headers: { "retry-after": "1" } }),
      () => {
        throw new Error("boom");
      },
      () => new Response("done", { status: 200 }),
      () => new Response("never", { status: 200 }),
    ];
    const app = appOver(fixture, { work: () => (answers.shift() as () => Response)() });
    app.hono.onError((_, c) => c.text("caught", 500));
    const mine = key();
    const got: [number, string][] = [];
    for (let i = 0; i < 6; i++) {
      const answer = await app.send({ key: mine });
      got.push([answer.status, await answer.text()]);
    }
    expect(got).toEqual([
      [500, "broken"],
      [429, "slow down"],
      [404, "not yet"],
      [500, "caught"],
      [200, "done"],
      [200, "done"],
    ]);
  });

  it("keeps refusals of the app: what is wrong with the request stays wrong", async () => {
    const app = appOver(fixture, { work: (c) => c.json({ error: "no such account" }, 404) });
    const mine = key();
    await app.send({ key: mine });
    const again = await app.send({ key: mine });
    expect([again.status, await again.json(), app.runs.count]).toEqual([
      404,
      { error: "no such account" },
      1,
    ]);
  });

  it("gets bytes back as they were, text of any kind, and nothing where there was nothing", async () => {
    const binary = randomBytes(40_000);
    const bodies: [string, string | Buffer<ArrayBuffer> | null, number][] = [
      ["image/png", binary, 200],
      ["text/plain", "\u{feff}Grüße 🔑 \u0000\u0001", 200],
      ["text/plain", "\u0001".repeat(60_000), 200],
      ["text/plain", "", 200],
      ["", null, 204],
    ];
    for (const [type, body, status] of bodies) {
      const app = appOver(fixture, {
        work: () => new Response(body, { status, ...(type && { headers: { "content-type": type } }) }),
      });
      const sent = { key: key(), body: binary, headers: { "content-type": "application/octet-stream" } };
      const [first, second] = [await app.send(sent), await app.send(sent)];
      expect([first.status, second.status, app.runs.count]).toEqual([status, status, 1]);
      const bytes = Buffer.from(body ?? "");
      expect(Buffer.from(await first.arrayBuffer()).equals(bytes)).toBe(true);
      expect(Buffer.from(await second.arrayBuffer()).equals(bytes)).toBe(true);
      expect(second.headers.get("content-type")).toBe(type || null);
    }
  });

  it("gets a long answer or a stream as it comes, once; later ones are told that it was done", async () => {
    const long = randomBytes(70_000);
    const { opened, open } = door();
    const works = [
      () => new Response(long),
      () =>
        new Response(
          new ReadableStream({
            async start(controller) {
              for (let at = 0; at < long.length; at += 7000) controller.enqueue(long.subarray(at, at + 7000));
              controller.close();
            },
          }),
        ),
    ];
    for (const work of works) {
      const app = appOver(fixture, { work });
      const mine = key();
      const first = await app.send({ key: mine });
      expect(Buffer.from(await first.arrayBuffer()).equals(long)).toBe(true);
      expect(await told(await app.send({ key: mine }))).toEqual({
        status: 409,
        code: "answer-not-kept",
        retryAfter: null,
      });
      expect(app.runs.count).toBe(1);
    }

    const app = appOver(fixture, {
      work: (c) =>
        streamSSE(c, async (stream) => {
          await stream.writeSSE({ data: "one" });
          await opened;
          await stream.writeSSE({ data: "two" });
        }),
    });
    const mine = key();
    const first = await app.send({ key: mine });
    const reader = (first.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: one\n\n");
    open();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: two\n\n");
    expect(await told(await app.send({ key: mine }))).toMatchObject({ status: 409, code: "answer-not-kept" });
    expect(app.runs.count).toBe(1);
  });

  it("is refused with 413 when its body is too long to be compared, streamed or not", async () => {
    const app = appOver(fixture, { options: { maxRequestBytes: 100 } });
    expect((await app.send({ key: key(), body: "x".repeat(100) })).status).toBe(201);
    expect(await told(await app.send({ key: key(), body: "x".repeat(101) }))).toMatchObject({
      status: 413,
      code: "body-too-large",
    });
    expect(app.runs.count).toBe(1);
  });

  it("leaves the body to the handler, whoever read it before, on a real server", async () => {
    const store = appOver(fixture);
    const app = new Hono();
    const guard = idempotency({
      once: () => (_key, fn) =>
        Promise.resolve(fn({} as never)).then((result) => ({
          outcome: "ran",
          result,
          fence: 1,
          recorded: true,
        })),
    });
    app.post("/json", guard, async (c) => c.json(await c.req.json()));
    app.post("/raw", guard, async (c) => c.text(await new Response(c.req.raw.body).text()));
    app.post(
      "/validated",
      async (c, next) => {
        await c.req.json();
        await next();
      },
      guard,
      async (c) => c.json(await c.req.json()),
    );
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      for (const path of ["json", "raw", "validated"]) {
        const answer = await fetch(`http://127.0.0.1:${port}/${path}`, {
          method: "POST",
          headers: {
            "idempotency-key": key(),
            authorization: "Bearer ann",
            "content-type": "application/json",
          },
          body: '{"a":1}',
        });
        expect([path, answer.status, await answer.text()]).toEqual([path, 200, '{"a":1}']);
      }
    } finally {
      server.close();
    }
    expect(store.runs.count).toBe(0);
  });

  it("is told at the start what options cannot work", () => {
    const bad = (options: object) => () => idempotency(options as never);
    expect(bad({})).toThrow("needs a store");
    expect(bad({ store: {} })).toThrow("store must be");
    expect(bad({ once: () => {}, keepHeaders: ["Set-Cookie"] })).toThrow("cookies are never kept");
    expect(bad({ once: () => {}, maxAnswerBytes: 600_000 })).toThrow("maxAnswerBytes");
    expect(bad({ once: () => {}, maxAnswers: 1 })).toThrow("maxAnswers");
  });
});
