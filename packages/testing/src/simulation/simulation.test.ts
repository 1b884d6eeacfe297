import { restStore } from "@holdfast/core";
import { describe, expect, it } from "vitest";
import type { FaultKind } from "./faults.ts";
import { type Simulation, startSimulation } from "./simulation.ts";

const BODY = JSON.stringify(["INCR", "count"]);

async function pass({ time }: Simulation, ms: number): Promise<void> {
  const endMs = time.nowMs + ms;
  time.at(endMs, () => {});
  await time.runUntil(() => time.nowMs >= endMs);
}

/** Sends increments one after the other, and tells what the client saw. */
async function increments(seed: number, faults: readonly FaultKind[], without?: ReadonlySet<string>) {
  const simulation = await startSimulation({ seed, faults, faultsMs: 0, ...(without && { without }) });
  const { fetch, url, clock } = simulation.addClient("a");
  const seen: string[] = [];
  for (let i = 0; i < 200; i++) {
    const silence = new AbortController();
    clock.setTimeout(() => silence.abort(new Error("silence")), 10_000);
    fetch(url, { method: "POST", body: BODY, signal: silence.signal })
      .then((response) => response.text())
      .then(
        (text) => seen.push(text),
        (error: Error) => seen.push(error.message),
      );
    await pass(simulation, 5000);
  }
  const faulty = simulation.injected.filter(({ kind }) => faults.includes(kind));
  return { seen, injected: faulty, count: Number(simulation.server.command("GET", "count")) };
}

/** A seed whose mix has this fault, so that a test of it shows something. */
async function withFault(kind: FaultKind) {
  for (let seed = 1; ; seed++) {
    const run = await increments(seed, [kind]);
    if (run.injected.length > 2) return { seed, ...run };
  }
}

describe("a simulated network", () => {
  it("carries requests and answers when nothing is broken", async () => {
    const { seen, count } = await increments(1, []);
    expect(seen).toHaveLength(200);
    expect(seen.at(-1)).toBe('{"result":200}');
    expect(count).toBe(200);
  });

  it("loses requests: nothing is executed, and the client sees a cut connection or silence", async () => {
    const { seen, injected, count } = await withFault("lose-request");
    expect(count).toBe(200 - injected.length);
    expect(seen.filter((text) => /fetch failed|silence/.test(text))).toHaveLength(injected.length);
  });

  it("loses replies: everything is executed", async () => {
    const { seen, injected, count } = await withFault("lose-reply");
    expect(count).toBe(200);
    expect(seen.filter((text) => /fetch failed|silence/.test(text))).toHaveLength(injected.length);
  });

  it("repeats requests: executed twice, answered once", async () => {
    const { seen, injected, count } = await withFault("repeat");
    expect(count).toBe(200 + injected.length);
    expect(seen).toHaveLength(200);
  });

  it("is the same for the same seed, and another for another", async () => {
    const kinds = ["lose-request", "delay", "status", "repeat"] as const;
    const [first, again, other] = [
      await increments(7, kinds),
      await increments(7, kinds),
      await increments(8, kinds),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("leaves out one fault without moving the others", async () => {
    const { seed, injected } = await withFault("lose-request");
    const [first, ...others] = injected;
    const { injected: left } = await increments(seed, ["lose-request"], new Set([first?.id ?? ""]));
    expect(left.map(({ id }) => id)).toEqual(others.map(({ id }) => id));
  });
});

describe("a simulated server", () => {
  async function running() {
    const simulation = await startSimulation({ seed: 1, faults: [], faultsMs: 0 });
    return { simulation, server: simulation.server, client: simulation.addClient("a") };
  }

  it("restarts with its data, without it, or with what was copied", async () => {
    const { simulation, server } = await running();
    server.command("SET", "key", "first", "PX", "60000");
    server.copy();
    server.command("SET", "key", "second");
    server.restart(10, "kept");
    expect(server.command("GET", "key")).toBe("second");
    server.restart(10, "as copied");
    expect(server.command("GET", "key")).toBe("first");
    await pass(simulation, 30_000);
    expect(server.command("PTTL", "key")).toBe(30_000);
    server.restart(10, "lost");
    expect(server.command("KEYS", "*")).toEqual([]);
  });

  it("refuses connections while it is down, and is there again", async () => {
    const { simulation, server, client } = await running();
    server.restart(1000, "kept");
    const refused = client
      .fetch(client.url, { method: "POST", body: BODY })
      .catch((error: Error) => error.message);
    await pass(simulation, 500);
    expect(await refused).toBe("fetch failed");
    await pass(simulation, 1000);
    const answered = client
      .fetch(client.url, { method: "POST", body: BODY })
      .then((response) => response.json());
    await pass(simulation, 500);
    expect(await answered).toEqual({ result: 1 });
  });

  it("streams what is published, and ends the stream when it restarts", async () => {
    const { simulation, server, client } = await running();
    const { url, fetch, clock } = client;
    const store = restStore({ url, token: "token", fetch, clock });
    const messages: string[] = [];
    const opening = store.subscribe?.(
      "channel",
      (message) => messages.push(message),
      new AbortController().signal,
    );
    await pass(simulation, 500);
    const stream = await opening;
    let closed = false;
    void stream?.closed.then(() => {
      closed = true;
    });
    void client.fetch(url, { method: "POST", body: JSON.stringify(["PUBLISH", "channel", "hello"]) });
    await pass(simulation, 500);
    expect(messages).toEqual(["hello"]);
    expect(closed).toBe(false);
    server.restart(10, "kept");
    await pass(simulation, 500);
    expect(closed).toBe(true);
  });
});

describe("several simulated servers", () => {
  async function five() {
    const nodes = { count: 5, mendMs: 1000 };
    const simulation = await startSimulation({ seed: 1, faults: [], faultsMs: 0, nodes });
    return { simulation, client: simulation.addClient("a") };
  }

  it("keep data and clocks of their own", async () => {
    const { simulation, client } = await five();
    for (const url of client.urls.slice(1)) void client.fetch(url, { method: "POST", body: BODY });
    await pass(simulation, 500);
    expect(simulation.servers.map((server) => server.command("GET", "count"))).toEqual([
      null,
      ...Array(4).fill("1"),
    ]);
    const before = simulation.servers.map((server) => server.wallMs());
    await pass(simulation, 100_000);
    const passed = simulation.servers.map((server, i) => server.wallMs() - (before[i] ?? 0));
    expect(new Set(before).size).toBeGreaterThan(2);
    expect(Math.max(...passed) / Math.min(...passed)).toBeLessThan(1.0095);
    expect(new Set(passed).size).toBe(5);
  });

  it("stand still, and carry out later what arrived meanwhile; or are slow", async () => {
    const { simulation, client } = await five();
    const [paused, slow] = simulation.servers;
    paused?.pause(10_000);
    slow?.slowDown(2000, 10_000);
    for (const url of client.urls) void client.fetch(url, { method: "POST", body: BODY });
    const done = () => simulation.servers.map((server) => server.command("EXISTS", "count"));
    await pass(simulation, 1000);
    expect(done()).toEqual([0, 0, 1, 1, 1]);
    await pass(simulation, 2000);
    expect(done()).toEqual([0, 1, 1, 1, 1]);
    await pass(simulation, 8000);
    expect(done()).toEqual([1, 1, 1, 1, 1]);
  });

  it("lose data, or hold back, only in a minority at a time", async () => {
    const kinds: FaultKind[] = ["restart", "lose-data", "failover"];
    const struck = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      const nodes = { count: 5, mendMs: 20_000 };
      const simulation = await startSimulation({ seed, faults: kinds, faultsMs: 60_000, nodes });
      await pass(simulation, 70_000);
      for (const { atMs, kind } of simulation.injected) {
        struck.add(kind);
        const broken = simulation.injected.filter((one) => one.atMs <= atMs && (one.untilMs ?? 0) > atMs);
        expect(new Set(broken.map(({ server }) => server)).size).toBeLessThanOrEqual(2);
      }
    }
    expect([...struck].sort()).toEqual([...kinds].sort());
  });
});
