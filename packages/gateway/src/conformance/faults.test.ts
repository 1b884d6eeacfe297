import { afterEach, describe, expect, it } from "vitest";
import { onEveryEngine, TOKEN } from "./engines.ts";
import { openStream } from "./sse-stream.ts";

const ADMIN = "conformance-admin";

onEveryEngine(
  "faults",
  (server) => {
    const faults = () => server.gateway.faults;
    const stored = () => server.gateway.command("GET", "key");
    const set = (signal?: AbortSignal) =>
      server.wire.ask("/", { body: ["SET", "key", "value"], ...(signal ? { signal } : {}) });
    /** Whether a request has an answer yet. */
    const watch = <T>(request: Promise<T>) => {
      const watched = { request, settled: false };
      const settle = () => {
        watched.settled = true;
      };
      request.then(settle, settle);
      return watched;
    };

    afterEach(async () => {
      faults().clear();
      expect((await server.wire.run("PING")).json, "nothing is left behind").toEqual({ result: "PONG" });
    });

    it("drop-reply runs the command and breaks the connection", async () => {
      faults().inject({ action: "drop-reply" });
      await expect(set()).rejects.toThrow("fetch failed");
      expect(await stored()).toBe("value");
    });

    it("drop-request breaks the connection and runs nothing", async () => {
      faults().inject({ action: "drop-request" });
      await expect(set()).rejects.toThrow("fetch failed");
      expect(await stored()).toBeNull();
    });

    it("delay-request waits, then runs", async () => {
      faults().inject({ action: "delay-request", delayMs: 1_000 });
      const started = performance.now();
      const { request } = watch(set());
      await expect.poll(() => faults().injected, { interval: 5 }).toBeGreaterThan(0);
      expect(await stored()).toBeNull();
      expect((await request).json).toEqual({ result: "OK" });
      expect(performance.now() - started).toBeGreaterThanOrEqual(995);
      expect(await stored()).toBe("value");
    });

    it("delay-reply runs at once, then waits", async () => {
      faults().inject({ action: "delay-reply", delayMs: 1_000 });
      const started = performance.now();
      const watched = watch(set());
      await expect.poll(stored, { timeout: 900, interval: 5 }).toBe("value");
      expect(watched.settled).toBe(false);
      expect((await watched.request).json).toEqual({ result: "OK" });
      expect(performance.now() - started).toBeGreaterThanOrEqual(995);
    });

    it("duplicate runs the request twice and answers once", async () => {
      faults().inject({ action: "duplicate", times: 3 });
      expect((await server.wire.run("INCR", "a")).json).toEqual({ result: 1 });
      expect(
        (
          await server.wire.pipeline([
            ["INCR", "b"],
            ["INCR", "b"],
          ])
        ).json,
      ).toEqual([{ result: 1 }, { result: 2 }]);
      expect((await server.wire.multiExec([["INCR", "c"]])).json).toEqual([{ result: 1 }]);
      expect(await server.gateway.command("MGET", "a", "b", "c")).toEqual(["2", "4", "2"]);
    });

    it("status answers that status in JSON, with its headers, and runs nothing", async () => {
      faults().inject({ action: "status", status: 429, headers: { "retry-after": "7" } });
      const answer = await set();
      expect(answer.status).toBe(429);
      expect(answer.headers.get("retry-after")).toBe("7");
      expect(answer.json).toEqual({ error: expect.any(String) });
      faults().inject({ action: "status" });
      expect((await set()).status).toBe(503);
      expect(await stored()).toBeNull();
    });

    it("hang gives no answer and runs nothing", async () => {
      faults().inject({ action: "hang" });
      await expect(set(AbortSignal.timeout(300))).rejects.toThrow(/timeout/);
      expect(await stored()).toBeNull();
    });

    it("hang afterExecuting runs the command and gives no answer", async () => {
      faults().inject({ action: "hang", afterExecuting: true });
      const leave = new AbortController();
      const watched = watch(set(leave.signal));
      await expect.poll(stored, { timeout: 3_000, interval: 5 }).toBe("value");
      expect(watched.settled).toBe(false);
      leave.abort();
      await expect(watched.request).rejects.toThrow(/abort/);
    });

    it("flush-scripts empties the script cache before the request", async () => {
      const { json } = await server.wire.run("SCRIPT", "LOAD", "return 7");
      const { result: sha } = json as { result: string };
      expect((await server.wire.run("EVALSHA", sha, "0")).json).toEqual({ result: 7 });
      faults().inject({ action: "flush-scripts" });
      expect((await server.wire.run("EVALSHA", sha, "0")).json).toEqual({
        error: expect.stringMatching(/^NOSCRIPT /),
      });
    });

    describe("cut-stream", () => {
      it("breaks an open stream and its subscription", async () => {
        const stream = await openStream(server.wire, "/subscribe/channel");
        await stream.lines(1);
        faults().inject({ action: "cut-stream" });
        await expect.poll(() => stream.state, { timeout: 3_000, interval: 5 }).toBe("broken");
        await expect
          .poll(() => server.gateway.command("PUBLISH", "channel", "x"), { timeout: 3_000 })
          .toBe(0);
      });

      it("waits for the next stream where none is open, and leaves commands alone", async () => {
        faults().inject({ action: "cut-stream", delayMs: 50 });
        expect((await server.wire.run("PING")).status).toBe(200);
        const stream = await openStream(server.wire, "/subscribe/channel");
        await expect.poll(() => stream.state, { timeout: 3_000, interval: 5 }).toBe("broken");
        expect(stream.data).toEqual(["subscribe,channel,1"]);
      });
    });

    describe("which requests are hit", () => {
      it("one, unless times says more", async () => {
        faults().inject({ action: "status" });
        expect([(await set()).status, (await set()).status]).toEqual([503, 200]);
        faults().inject({ action: "status", times: 2 });
        expect([(await set()).status, (await set()).status, (await set()).status]).toEqual([503, 503, 200]);
      });

      it("all of them with Infinity, until clear", async () => {
        faults().inject({ action: "status", times: Number.POSITIVE_INFINITY });
        for (let i = 0; i < 5; i++) expect((await set()).status).toBe(503);
        faults().clear();
        expect((await set()).status).toBe(200);
      });

      it("those that `when` picks by path and by command", async () => {
        faults().inject({ action: "status", when: ({ path }) => path === "/pipeline" });
        faults().inject({
          action: "status",
          when: ({ commands }) => commands.some(([name]) => name === "EVALSHA"),
        });
        expect((await set()).status).toBe(200);
        expect((await server.wire.run("EVALSHA", "0".repeat(40), "0")).status).toBe(503);
        expect((await server.wire.pipeline([["SET", "key", "value"]])).status).toBe(503);
        expect((await server.wire.pipeline([["SET", "key", "value"]])).status).toBe(200);
      });

      it("injected counts those that were hit", async () => {
        const before = faults().injected;
        faults().inject({ action: "status", times: 2 });
        for (let i = 0; i < 4; i++) await set();
        expect(faults().injected - before).toBe(2);
      });
    });

    it("latency delays every request, every answer and every line of a stream", async () => {
      const stream = await openStream(server.wire, "/subscribe/channel");
      await stream.lines(1);
      faults().latency({ requestMs: 60, replyMs: 90 });
      let started = performance.now();
      await server.wire.run("PING");
      expect(performance.now() - started).toBeGreaterThanOrEqual(148);
      started = performance.now();
      await server.gateway.command("PUBLISH", "channel", "x");
      await stream.lines(2);
      expect(performance.now() - started).toBeGreaterThanOrEqual(88);
      stream.leave();
    });

    describe("a client cannot turn one on", () => {
      const fault = { action: "status", status: 418, times: "Infinity" };

      it("with its own token", async () => {
        expect((await server.wire.ask("/admin/faults", { body: fault })).status).toBe(401);
        expect((await server.wire.ask(`/admin/faults?_token=${TOKEN}`, { body: fault })).status).toBe(401);
        expect((await server.wire.as(undefined).ask("/admin/faults", { body: fault })).status).toBe(401);
        expect((await set()).status).toBe(200);
      });

      it("with headers, a query, a command or a script", async () => {
        const before = faults().injected;
        const json = JSON.stringify(fault);
        const headers = { "upstash-fault": json, "x-fault": "status", "x-faults": json, fault: "drop-reply" };
        expect((await server.wire.ask("/", { body: ["PING"], headers })).status).toBe(200);
        await server.wire.ask("/ping?fault=status&action=drop-reply");
        await server.wire.run("FAULT", "INJECT", json);
        await server.wire.run("DEBUG", "SLEEP", "1");
        await server.wire.run("EVAL", "return redis.call('DEBUG', 'SLEEP', '1')", "0");
        expect((await set()).status).toBe(200);
        expect(faults().injected).toBe(before);
      });

      it("while the admin token can, and is good for nothing else", async () => {
        const admin = server.wire.as(ADMIN);
        expect((await admin.ask("/admin/faults", { body: { action: "status", status: 418 } })).status).toBe(
          200,
        );
        expect([(await set()).status, (await set()).status]).toEqual([418, 200]);
        expect((await admin.run("PING")).status).toBe(401);
      });
    });
  },
  { faults: true, adminToken: ADMIN },
);

onEveryEngine(
  "faults that are off",
  (server) => {
    it("cannot be injected, in code or with the admin token", async () => {
      expect(() => server.gateway.faults.inject({ action: "status" })).toThrow(/faults/);
      expect(() => server.gateway.faults.latency({ requestMs: 1, replyMs: 1 })).toThrow(/faults/);
      const answer = await server.wire.as(ADMIN).ask("/admin/faults", { body: { action: "status" } });
      expect(answer.status).toBe(404);
      expect((await server.wire.run("PING")).status).toBe(200);
      expect(server.gateway.faults.injected).toBe(0);
    });
  },
  { adminToken: ADMIN },
);
