import { createClient } from "@holdfast/client";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { type LockServiceOptions, lockService } from "@holdfast/hono";
import { engines, type TestEngine } from "@holdfast/testing/node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { onNodes, TOKEN } from "../quorum/support/nodes.ts";

// The lock service where locks live on three nodes, and everything else in a database of its own.

const [embedded] = engines() as [TestEngine];
const OPERATOR = "operator-key-of-the-quorum-tests";
const MAX_TTL_MS = 60_000;
const always = { times: Number.POSITIVE_INFINITY };

onNodes("the lock service", embedded, 3, ({ nodes, name }) => {
  let database: Gateway;
  let options: LockServiceOptions;
  let app: ReturnType<typeof lockService>;
  beforeAll(async () => {
    database = await startGateway({ port: 0, tokens: TOKEN, faults: true, adminToken: "test-admin" });
    options = {
      redis: { url: database.url, token: TOKEN },
      nodes: nodes.map(({ gateway }, i) => ({
        url: gateway.url,
        token: TOKEN,
        ...(i === 0 && { label: "paris" }),
      })),
      quorum: { maxTtlMs: MAX_TTL_MS, nodeTimeoutMs: 2000 },
      operatorKey: OPERATOR,
    };
    app = lockService(options);
  });
  afterAll(() => database.close());
  afterEach(() => {
    for (const { faults } of [database, ...nodes.map(({ gateway }) => gateway)]) faults.clear();
  });

  /** What requests left to do after their answers. */
  const left: Promise<unknown>[] = [];
  const context = {
    waitUntil: (work: Promise<unknown>) => void left.push(work),
    passThroughOnException() {},
    props: {},
  };

  async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    const init = {
      method,
      headers: { authorization: `Bearer ${OPERATOR}`, "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    };
    const answer = await app.request(path, init, {}, context);
    const text = await answer.text();
    // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it says itself
    const json: any = answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : undefined;
    return { status: answer.status, json, text };
  }
  const post = (path: string, body: object) => call("POST", path, body);
  const newLock = () => {
    const lock = name();
    return { name: lock, path: `/v1/locks/${lock}` };
  };

  it("takes, keeps and gives back a lock by its owner alone, with rising fences", async () => {
    const { path } = newLock();
    const first = (await post(`${path}/acquire`, { waitMs: 0 })).json.lease;
    expect(await post(`${path}/acquire`, { waitMs: 0 })).toMatchObject({
      status: 409,
      json: { code: "held" },
    });
    const kept = await post(`${path}/extend`, { owner: first.owner, ttlMs: 50_000 });
    expect(kept).toMatchObject({ status: 200, json: { lease: { fence: first.fence, ttlMs: 50_000 } } });
    expect((await post(`${path}/release`, { owner: first.owner })).json).toEqual({ outcome: "released" });
    const second = (await post(`${path}/acquire`, { owner: "client-owner.1.2" })).json.lease;
    expect(second.fence).toBeGreaterThan(first.fence);
    expect((await post(`${path}/release`, { owner: second.owner })).json).toEqual({ outcome: "released" });
    expect((await post(`${path}/acquire`, { owner: "o".repeat(120) })).json.errors).toMatchObject([
      { field: "owner" },
    ]);
  });

  it("waits for a lock while the request is open, and takes several at once", async () => {
    const [a, b] = [newLock(), newLock()];
    const names = [a.name, b.name];
    const { lease } = (await post("/v1/leases/acquire", { names, waitMs: 0 })).json;
    const waiting = post(`${b.path}/acquire`, { waitMs: 10_000 });
    expect(await post("/v1/leases/acquire", { names, waitMs: 0 })).toMatchObject({ json: { blocked: 0 } });
    const leases = names.map((each, i) => ({ name: each, fence: lease.fences[i] }));
    const released = await post("/v1/leases/release", { owner: lease.owner, leases });
    expect(released.json).toEqual({ outcome: "released" });
    const next = await waiting;
    expect(next.status).toBe(200);
    expect(next.json.lease.fence).toBeGreaterThan(lease.fences[1]);
    expect(await post(`${a.path}/acquire`, { waitMs: 0 })).toMatchObject({ status: 200 });
    await post(`${b.path}/acquire`, { waitMs: 0, attemptId: "given-up", owner: "given-up-owner" });
    expect((await call("DELETE", a.path)).json).toEqual({ broken: true });
  });

  it("the same request sent again gets the first one's lease, and is taken back with what its client drew", async () => {
    const { path } = newLock();
    const body = { waitMs: 0, attemptId: "attempt-of-mine", owner: "owner-of-mine" };
    const first = (await post(`${path}/acquire`, body)).json.lease;
    expect((await post(`${path}/acquire`, body)).json.lease).toMatchObject({
      owner: first.owner,
      fence: first.fence,
    });
    expect((await post(`${path}/withdraw`, body)).status).toBe(204);
    expect((await call("GET", path)).json.held).toBe(false);
    expect((await post(`${path}/acquire`, body)).json.code).toBe("attempt-ended");
  });

  it("what a quorum cannot do is answered with 422 and the reason", async () => {
    const { path } = newLock();
    const acquire = (body: object) => post(`${path}/acquire`, { waitMs: 0, ...body });
    const refused = [
      [await acquire({ kind: "semaphore", permits: 2 }), "exclusive locks only"],
      [await acquire({ kind: "read", waitMs: 500 }), "exclusive locks only"],
      [await acquire({ kind: "write" }), "exclusive locks only"],
      [await acquire({ steal: true }), "no steal"],
      [await acquire({ maxWaiters: 3, waitMs: 500 }), "no queue"],
      [await acquire({ ttlMs: MAX_TTL_MS + 1 }), "maxTtlMs, which is 60000"],
      [await acquire({ ttlMs: MAX_TTL_MS, lockDelayMs: 1 }), "maxTtlMs, which is 60000"],
      [await post("/v1/latches/l/count-down", { count: 2 }), "exclusive locks only"],
      [
        await post(`${path}/convert`, { owner: "some-owner", fence: 1, mode: "shared" }),
        "exclusive locks only",
      ],
      [await post(`${path}/resize`, { permits: 2 }), "exclusive locks only"],
      [await post("/v1/wake-ups", { channel: `wake:${"w".repeat(22)}` }), "no channels"],
    ] as const;
    for (const [{ status, json }, reason] of refused) {
      expect(json).toMatchObject({ code: "invalid-argument", detail: expect.stringContaining(reason) });
      expect(status).toBe(422);
    }
    expect((await call("GET", path)).json).toMatchObject({ held: false });
  });

  it("a client that waits by itself asks again when it is told to, and gets its turn", async () => {
    const { name: lock, path } = newLock();
    const held = (await post(`${path}/acquire`, { waitMs: 0 })).json.lease;
    const answers: number[] = [];
    await using client = createClient({
      url: "http://locks.example",
      token: OPERATOR,
      fetch: async (input, init) => {
        const answer = await app.request(input as string, init);
        answers.push(answer.status);
        return answer;
      },
    });
    const waiting = client.acquire(lock, { waitMs: 10_000 });
    await vi.waitFor(() => expect(answers.filter((status) => status === 409).length).toBeGreaterThan(1));
    expect((await client.inspect(lock)).nodes).toMatchObject([
      { node: "paris", state: "voting", holder: expect.stringMatching(/^[0-9a-f]{40}$/) },
      {},
      {},
    ]);
    await post(`${path}/release`, { owner: held.owner });
    await using lease = await waiting;
    expect(lease.fence).toBeGreaterThan(held.fence);
    expect(await lease.extend()).toBeGreaterThan(20_000);
    await expect(client.acquire(lock, { waitMs: 300 })).rejects.toMatchObject({ code: "timeout" });
    await expect(client.semaphore(name(), { permits: 2 }).acquire()).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("exclusive locks only"),
    });
  });

  it("the list goes through the nodes page by page, and a cursor of one database is another's", async () => {
    const prefix = `${name()}:`;
    for (let i = 0; i < 3; i++) await post(`/v1/locks/${prefix}${i}/acquire`, { waitMs: 0 });
    const seen = new Set<string>();
    let query = `prefix=${prefix}`;
    for (;;) {
      const { json } = await call("GET", `/v1/locks?${query}`);
      for (const lock of json.locks) seen.add(lock.name);
      if (json.cursor === undefined) break;
      query = `prefix=${prefix}&cursor=${json.cursor}`;
    }
    expect([...seen].sort()).toEqual([0, 1, 2].map((i) => `${prefix}${i}`));
    const { nodes: _, quorum: __, ...alone } = options;
    const other = await lockService(alone).request("/v1/locks?cursor=1.5", {
      headers: { authorization: `Bearer ${OPERATOR}` },
    });
    expect(other.status).toBe(422);
    expect(
      await (
        await lockService(alone).request("/v1/nodes", { headers: { authorization: `Bearer ${OPERATOR}` } })
      ).json(),
    ).toEqual({ nodes: [] });
  });

  it("does without a node, and tells which; with two it says so, and leaves nothing", async () => {
    const { path } = newLock();
    nodes[2]?.gateway.faults.inject({ action: "drop-request", ...always });
    const { lease } = (await post(`${path}/acquire`, { waitMs: 0 })).json;
    // Who named an attempt may go on asking with it.
    for (let i = 0; i < 2; i++)
      expect((await post(`${path}/acquire`, { waitMs: 0, attemptId: "poll-attempt" })).json.code).toBe(
        "held",
      );
    expect((await call("GET", "/v1/nodes")).json.nodes).toMatchObject([
      { node: "paris", state: "voting", barredForMs: 0 },
      { node: "node-2", state: "voting" },
      { node: "node-3", state: "silent" },
    ]);
    const seen = (await call("GET", path)).json;
    expect(seen).toMatchObject({ held: true, holders: [{ fence: lease.fence }] });
    const [{ hash }] = seen.holders;
    expect(seen.nodes).toMatchObject([{ holder: hash }, { holder: hash }, { state: "silent", fence: 0 }]);
    expect(seen.nodes[2].holder).toBeUndefined();

    nodes[1]?.gateway.faults.inject({ action: "drop-request", ...always });
    const other = newLock();
    expect(await post(`${other.path}/acquire`, { waitMs: 0 })).toMatchObject({
      status: 503,
      json: { code: "unavailable", detail: expect.stringContaining("fewer than 2 of the 3 nodes") },
    });
    // Whether the service works, and what it has in its database, does not depend on them.
    expect((await call("GET", "/healthz")).status).toBe(200);
    expect((await call("GET", "/v1/history")).status).toBe(200);
    for (const { gateway } of nodes) gateway.faults.clear();
    expect((await post(`${path}/release`, { owner: lease.owner })).json).toEqual({ outcome: "released" });
    await vi.waitFor(async () =>
      expect((await call("GET", other.path)).json.nodes.map((node: object) => "holder" in node)).toEqual([
        false,
        false,
        false,
      ]),
    );

    const metrics = (await call("GET", "/metrics")).text;
    const votes = (node: string, vote: string) =>
      Number(
        new RegExp(`^holdfast_node_votes_total{node="${node}",vote="${vote}"} (\\d+)$`, "m").exec(
          metrics,
        )?.[1],
      );
    expect(votes("paris", "yes")).toBeGreaterThan(0);
    expect(votes("node-3", "silent")).toBeGreaterThan(0);
    expect(votes("node-2", "barred")).toBe(0);
    expect(metrics).toMatch(/^holdfast_under_replicated_total 0$/m);
  });

  it("what a slow node has still to do is left to waitUntil", async () => {
    const { path } = newLock();
    nodes[2]?.gateway.faults.inject({ action: "delay-request", delayMs: 600, times: 2 });
    const { lease } = (await post(`${path}/acquire`, { waitMs: 0 })).json;
    expect((await post(`${path}/release`, { owner: lease.owner })).json).toEqual({ outcome: "released" });
    await Promise.all(left.splice(0));
    // It has heard of both, in whatever order.
    expect(await nodes[2]?.gateway.command("GET", `holdfast:{${lease.name}}`)).not.toBeNull();
    expect((await call("GET", path)).json.nodes.some((node: object) => "holder" in node)).toBe(false);
  });

  it("locks go on while the database of everything else is away", async () => {
    const { path } = newLock();
    database.faults.inject({ action: "status", status: 400, ...always });
    const { lease } = (await post(`${path}/acquire`, { waitMs: 0 })).json;
    expect((await post(`${path}/release`, { owner: lease.owner })).json).toEqual({ outcome: "released" });
    expect((await call("GET", "/v1/jobs")).status).toBe(503);
  });

  it("shows a node that came back empty, and for how long it does not vote; tenants see nothing of the votes", async () => {
    const { path } = newLock();
    const { lease } = (await post(`${path}/acquire`, { waitMs: 0 })).json;
    await nodes[0]?.restartEmpty();
    const { json } = await call("GET", "/v1/nodes");
    expect(json.nodes).toMatchObject([{ state: "barred" }, { state: "voting" }, { state: "voting" }]);
    expect(json.nodes[0].barredForMs).toBeGreaterThan(MAX_TTL_MS - 10_000);
    expect(json.nodes[0].barredForMs).toBeLessThanOrEqual(MAX_TTL_MS);
    const { nodes: votes } = (await call("GET", path)).json;
    expect(votes).toMatchObject([
      { state: "barred", fence: 0 },
      { state: "voting", fence: expect.any(Number) },
      { state: "voting", fence: expect.any(Number) },
    ]);
    expect((await post(`${path}/extend`, { owner: lease.owner })).status).toBe(200);

    // The nodes are the same to a tenant that nobody has heard of.
    const tenant = { "holdfast-tenant": "acme" };
    expect((await call("POST", `${path}/acquire`, { waitMs: 0 }, tenant)).status).toBe(200);
    const theirs = await call("GET", "/v1/nodes", undefined, tenant);
    expect(theirs.json.nodes).toMatchObject([{ state: "barred" }, { state: "voting" }, { state: "voting" }]);
    expect((await call("GET", "/metrics", undefined, tenant)).text).not.toContain("node_votes");
  });

  describe("settings that cannot be", () => {
    const node = { url: "http://127.0.0.1:1", token: "a-token" };
    const three = [1, 2, 3].map((port) => ({ ...node, url: `http://127.0.0.1:${port}` }));
    it.each<[string, Partial<LockServiceOptions>]>([
      ["3 to 9", { nodes: three.slice(1) }],
      ["3 to 9", { nodes: "three" as never }],
      ["node 2", { nodes: [three[0], { ...node, token: "" }, three[2]] as never }],
      ["node 1", { nodes: [null, ...three] as never }],
      ["twice", { nodes: [...three, { ...node }] }],
      ["http(s) URL", { nodes: [...three, { ...node, url: "redis://somewhere" }] }],
      ["labels", { nodes: three.map((one) => ({ ...one, label: "same" })) }],
      ["maxTtlMs", { nodes: three, quorum: { maxTtlMs: 5 } }],
      ["clock", { nodes: three, quorum: { clock: {} } as never }],
      ["not set", { quorum: { maxTtlMs: 5000 } }],
    ])("%s", (reason, given) => {
      const { nodes: _, quorum: __, ...rest } = options;
      expect(() => lockService({ ...rest, ...given })).toThrow(
        expect.objectContaining({ code: "misconfigured", message: expect.stringContaining(reason) }),
      );
    });
  });
});
