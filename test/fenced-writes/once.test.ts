import { createGuard, restStore } from "@holdfast/core";
import { faultyFetch, type RecordedRequest } from "@holdfast/testing";
import { expect, it } from "vitest";
import { type Fixture, onEveryEngine, TOKEN } from "../support/fixture.ts";

function writer(f: Fixture) {
  const network = faultyFetch();
  const store = restStore({ url: f.gateway.url, token: TOKEN, fetch: network.fetch, timeoutMs: 2000 });
  return { guard: createGuard({ store }), network };
}

onEveryEngine("fenced writes: P3", (f) => {
  const get = (key: string) => f.gateway.command("GET", key);
  const lastOf = (requests: readonly RecordedRequest[]) => {
    const last = requests.at(-1);
    if (!last) throw new Error("nothing was sent");
    return last;
  };

  it("P3 a write whose reply is lost costs one retry", async () => {
    const key = f.name();
    const { guard, network } = writer(f);
    await guard.set(key, "a", { fence: 3 });
    network.clear();
    network.fail({ action: "drop-reply" });
    expect(await guard.set(key, "b", { fence: 3 })).toEqual({ outcome: "written", fence: 3 });
    expect(network.requests).toHaveLength(2);
    expect(await get(key)).toBe("b");
  });

  it("P3 a late repetition undoes nothing that the same holder wrote after it", async () => {
    const key = f.name();
    const { guard, network } = writer(f);
    await guard.set(key, "a", { fence: 3 });
    const first = lastOf(network.requests);
    await guard.set(key, "b", { fence: 3 });
    await f.deliver(first);
    expect(await get(key)).toBe("b");
    await guard.delete(key, { fence: 3 });
    await f.deliver(first);
    expect(await get(key)).toBeNull();
    const deletion = lastOf(network.requests);
    await guard.set(key, "c", { fence: 3 });
    await f.deliver(deletion);
    expect(await get(key)).toBe("c");
  });

  it("P3 a late repetition undoes nothing that another process wrote under the same fence", async () => {
    const key = f.name();
    const [a, ...others] = Array.from({ length: 16 }, () => writer(f));
    await a?.guard.set(key, "a", { fence: 3 });
    for (const { guard } of others) await guard.set(key, "b", { fence: 3 });
    await f.deliver(lastOf(a?.network.requests ?? []));
    expect(await get(key)).toBe("b");
  });

  it("P9 remembers no more than 16 writers of a fence, and none of an earlier one", async () => {
    const key = f.name();
    const remembered = async () => (await get(`{${key}}:fence`)) as string;
    for (let i = 0; i < 20; i++) await writer(f).guard.set(key, "a", { fence: 3 });
    expect((await remembered()).split(" ")).toHaveLength(17);
    await writer(f).guard.set(key, "a", { fence: 4 });
    expect(await remembered()).toMatch(/^4 [\w-]{22}:1$/);
  });
});
