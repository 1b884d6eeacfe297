import { expect, test } from "vitest";
import { createLocks } from "../locks/create-locks.ts";
import type { RunOptions, Store } from "../store/store.ts";
import { leaseCommands } from "./lease-commands.ts";

// What a store that spreads keys (a Redis Cluster) is asked for. packages/redis has the same on a real one.

interface Request {
  readonly script: string;
  readonly names: string[];
}

/** Two servers by the first letter of the name; `answer` is what extend and release are told of each name. */
function spreading(answer: (name: string) => number = () => 1): { store: Store; requests: Request[] } {
  const requests: Request[] = [];
  const nameOf = (key: string) => /\{(.*)\}/.exec(key)?.[1] ?? "";
  return {
    requests,
    store: {
      slotOf: (key) => (nameOf(key) < "n" ? 1 : 2),
      async run({ name }, keys, _, options) {
        options?.onSend?.();
        const names = keys.filter((_, i) => i % 5 === 0).map(nameOf);
        requests.push({ script: name, names });
        return names.map(answer);
      },
    },
  };
}

const claim = { attempt: "attempt", owner: "owner" };
const row = (name: string) => ({ name, ...claim, ttlMs: 1000, fence: 1 });
const names = ["a", "z", "b", "y"];
const order: Record<string, number> = { a: 10, z: 20, b: 30, y: 40 };

test("rows of several slots go out by slot, and their answers come back in order", async () => {
  const { store, requests } = spreading((name) => order[name] ?? 0);
  const commands = leaseCommands(store, "ns", undefined);
  expect(await commands.extend(names.map(row), {})).toEqual([10, 20, 30, 40]);
  expect(requests.map((request) => request.names)).toEqual([
    ["a", "b"],
    ["z", "y"],
  ]);
});

test("a set of names is released when every part of it was", async () => {
  const released = await leaseCommands(spreading().store, "ns", undefined).release(names.map(row), claim, {});
  expect(released).toBe(true);
  const partly = spreading((name) => (name === "y" ? 0 : 1)).store;
  expect(await leaseCommands(partly, "ns", undefined).release(names.map(row), claim, {})).toBe(false);
});

test("P1 of several requests the first counts for the deadline; of one, the one that was answered", async () => {
  const { store } = spreading();
  const repeating: Store = {
    ...store,
    run: (script, keys, args, options: RunOptions = {}) => {
      options.onSend?.();
      return store.run(script, keys, args, options);
    },
  };
  const commands = leaseCommands(repeating, "ns", undefined);
  let sent = 0;
  await commands.extend(names.map(row), { onSend: () => sent++ });
  expect(sent).toBe(1);
  await commands.extend([row("a"), row("b")], { onSend: () => sent++ });
  expect(sent).toBe(3);
});

test("a list asks a store that can scan, and takes its cursor back", async () => {
  const cursors: string[] = [];
  const store: Store = {
    ...spreading().store,
    scan: async (cursor) => {
      cursors.push(cursor);
      return cursor === "0" ? ["1.4096"] : ["0"];
    },
  };
  const locks = createLocks({ store });
  const page = await locks.list();
  expect(page.cursor).toBe("1.4096");
  expect((await locks.list({ cursor: "1.4096" })).cursor).toBeUndefined();
  expect(cursors).toEqual(["0", "1.4096"]);
});
