import { afterEach, describe, expect, test, vi } from "vitest";
import { type ClientOptions, testGateway } from "./test-gateway.ts";

// A global database has replicas: the token of an answer names the state it has seen, and scripts come late to some of them.

const run = testGateway();
let names = 0;
const newName = () => `name-${++names}`;
afterEach(() => {
  vi.restoreAllMocks();
});

interface Exchange {
  readonly script: string;
  readonly sent: string | null;
  readonly answered: string | null;
}

/** What goes over `fetch` about a name, in order. */
function watch(name: string): Exchange[] {
  const seen: Exchange[] = [];
  const { fetch } = globalThis;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const response = await fetch(input, init);
    const [script = "", , ...rest] = JSON.parse(String(init?.body)) as string[];
    if (rest.includes(`holdfast:{${name}}`))
      seen.push({
        script,
        sent: new Headers(init?.headers).get("upstash-sync-token"),
        answered: response.ok ? response.headers.get("upstash-sync-token") : null,
      });
    return response;
  });
  return seen;
}

async function useLock(options: ClientOptions & { oldest?: boolean }): Promise<Exchange[]> {
  const locks = run.locks(options);
  await (await locks.acquire(newName())).release();
  const name = newName();
  const seen = watch(name);
  const lease = await locks.acquire(name);
  await lease.extend();
  await lease.extend();
  await lease.release();
  return seen.filter(({ answered }) => answered !== null);
}

describe("the sync token of an answer", () => {
  test("goes out with the next script, so that a replica which has not seen it does not answer", async () => {
    const seen = await useLock({});
    expect(seen.length).toBeGreaterThanOrEqual(4);
    const [, ...later] = seen;
    expect(later.map(({ sent }) => sent)).toEqual(seen.slice(0, -1).map(({ answered }) => answered));
  });

  test("goes out a request late with 1.34.5, which sets its header after it was read", async () => {
    const seen = await useLock({ oldest: true });
    const [, , ...later] = seen;
    expect(later.map(({ sent }) => sent)).toEqual(seen.slice(0, -2).map(({ answered }) => answered));
  });

  test("does not go out with readYourWrites: false, as the client was told", async () => {
    const seen = await useLock({ readYourWrites: false });
    expect(seen.map(({ sent }) => sent)).toEqual(seen.map(() => null));
  });
});

test.each([[{}], [{ oldest: true }]])(
  "a replica that does not have the script gets its source, with the token (%o)",
  async (options) => {
    const locks = run.locks(options);
    await (await locks.acquire(newName())).release();
    const name = newName();
    const seen = watch(name);
    run.gateway.faults.inject({
      action: "flush-scripts",
      when: ({ commands }) => commands.flat().includes(`holdfast:{${name}}`),
    });
    const lease = await locks.acquire(name);
    expect(seen.map(({ script }) => script)).toEqual(["EVALSHA", "EVAL"]);
    expect(seen.every(({ sent }) => sent)).toBe(true);
    expect(await locks.inspect(name)).toMatchObject({ held: true, lastFence: lease.fence });
    expect(await lease.release()).toBe("released");
  },
);
