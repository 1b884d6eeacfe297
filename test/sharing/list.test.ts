import type { Inspection, ListOptions, Locks } from "@holdfast/core";
import { expect, it } from "vitest";
import { onEveryEngineAtOnce } from "../waiting/queue.ts";

onEveryEngineAtOnce("list", (fixture) => {
  async function all(locks: Locks, options: ListOptions = {}): Promise<Inspection[]> {
    const found: Inspection[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 1000; page++) {
      const { locks: shown, cursor: next } = await locks.list({ ...options, ...(cursor && { cursor }) });
      found.push(...shown);
      if (next === undefined) return found;
      cursor = next;
    }
    throw new Error("the pages do not end");
  }
  const namesOf = (found: readonly Inspection[]) => [...new Set(found.map(({ name }) => name))].sort();
  let namespaces = 0;
  const inNewNamespace = () => {
    const namespace = `list-${++namespaces}`;
    return { namespace, locks: fixture.client({ namespace }).locks };
  };

  it("gives each of 250 names, over pages", async () => {
    const { locks } = inNewNamespace();
    const names = Array.from({ length: 250 }, (_, i) => `job:${String(i).padStart(3, "0")}`);
    await Promise.all(names.map((name) => locks.acquire(name)));
    const first = await locks.list({ limit: 50 });
    expect(first.cursor).toBeDefined();
    const found = await all(locks, { limit: 50 });
    expect(namesOf(found)).toEqual(names);
    expect(found.every(({ held, kind }) => held && kind === "mutex")).toBe(true);
  });

  it("takes a prefix as it is, whatever patterns mean to the server", async () => {
    const { locks } = inNewNamespace();
    const prefixes = ["*", "?", "[ab]", "a", "\\", "^", "{x}", "%", "ключ:", "with blank ", "[", "a-"];
    for (const prefix of prefixes) await locks.acquire(`${prefix}1`);
    for (const prefix of prefixes) {
      const expected = prefixes.map((other) => `${other}1`).filter((name) => name.startsWith(prefix));
      expect(namesOf(await all(locks, { prefix })), prefix).toEqual(expected.sort());
    }
    expect(namesOf(await all(locks, { prefix: "nothing" }))).toEqual([]);
  });

  it("shows every kind with its waiters' count, and what was used until just now", async () => {
    const { locks } = inNewNamespace();
    await locks.acquire("mutex");
    await locks.readWrite("readwrite").read.acquire();
    await locks.semaphore("semaphore", { permits: 2 }).acquire();
    await (await locks.acquire("released")).release();
    const found = await all(locks);
    expect(new Map(found.map(({ name, kind, held }) => [name, `${kind} ${held}`]))).toEqual(
      new Map([
        ["mutex", "mutex true"],
        ["readwrite", "readwrite true"],
        ["semaphore", "semaphore true"],
        ["released", "mutex false"],
      ]),
    );
  });

  it("leaves out what is not a lock, and other namespaces", async () => {
    const { locks, namespace } = inNewNamespace();
    await locks.acquire("mine");
    await inNewNamespace().locks.acquire("theirs");
    const { command } = fixture.gateway;
    await command("SET", `${namespace}:{foreign}`, "something");
    await command("SADD", `${namespace}:{set}`, "something");
    await command("LPUSH", `${namespace}:{list}`, "something");
    await command("SET", `${namespace}:{}`, "something");
    await command("SET", `${namespace}:{a}b}`, "something");
    await command("SET", `${namespace}:{%zzzz}`, "something");
    await command("SET", `${namespace}:plain`, "something");
    expect(namesOf(await all(locks))).toEqual(["mine"]);
  });

  it("refuses what cannot be a page before any request", async () => {
    const { locks, network } = await fixture.warmClient();
    for (const options of [
      { limit: 0 },
      { limit: 1001 },
      { limit: 1.5 },
      { cursor: "x" },
      { cursor: 1 },
      { prefix: 1 },
      { prefix: "x".repeat(513) },
      { page: 1 },
      null,
    ])
      await expect(locks.list(options as never)).rejects.toMatchObject({ code: "invalid-argument" });
    expect(network.requests).toHaveLength(0);
  });
});
