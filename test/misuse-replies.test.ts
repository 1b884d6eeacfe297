import { createLocks, HoldfastError, type Locks, restStore } from "@holdfast/core";
import { describe, expect, it, vi } from "vitest";
import { onEveryEngine } from "./support/fixture.ts";

const verbs: Record<string, (locks: Locks) => Promise<unknown>> = {
  acquire: (locks) => locks.acquire("name", { ttlMs: 1000, waitMs: 500 }),
  tryAcquire: (locks) => locks.tryAcquire("name", { ttlMs: 1000 }),
  request: (locks) =>
    locks.request("name", { ttlMs: 1000, waitMs: 500 }, () => expect.fail("ran without the lock")),
  inspect: (locks) => locks.inspect("name"),
  forceRelease: (locks) => locks.forceRelease("name"),
};

/** Bodies that no script of ours gives, each with a status it may come with. */
const bodies: [what: string, body: string, status?: number][] = [
  ["nothing", ""],
  ["blanks", "\n\n"],
  ["null", "null"],
  ["a text", '"OK"'],
  ["a list", "[]"],
  ["a pipeline's answer", '[{"result":1}]'],
  ["a truncated grant", '{"result":["granted",12'],
  ["a result that is null", '{"result":null}'],
  ["OK", '{"result":"OK"}'],
  ["a number", '{"result":7}'],
  ["a boolean", '{"result":true}'],
  ["an object", '{"result":{"fence":1}}'],
  ["an empty list", '{"result":[]}'],
  ["a list of nothing", '{"result":[null,null,null,null]}'],
  ["a word alone", '{"result":["granted"]}'],
  ["base64 strings", '{"result":["Z3JhbnRlZA==",5,1000,"b3duZXI="]}'],
  ["a fence as text", '{"result":["granted","5",1000,"owner"]}'],
  ["a fence too large for a number", '{"result":["granted",9007199254740993,1000,"owner"]}'],
  ["a fence beyond 64 bits", '{"result":["granted",1e300,1000,"owner"]}'],
  ["a negative time", '{"result":["granted",5,-1000,"owner"]}'],
  ["a fractional time", '{"result":["granted",5,0.5,"owner"]}'],
  ["a wrapped list", '{"result":[["granted",5,1000,"owner"]]}'],
  ["an error and a result", '{"error":"ERR no","result":["granted",5,1000,"owner"]}'],
  ["an error with status 200", '{"error":"ERR no"}'],
  ["an error that is an object", '{"error":{"code":1}}'],
  ["an error that is empty", '{"error":""}', 400],
  ["a grant with status 400", '{"result":["granted",5,1000,"owner"]}', 400],
  ["a grant with status 202", '{"result":["granted",5,1000,"owner"]}', 202],
  ["a grant with status 500", '{"result":["granted",5,1000,"owner"]}', 500],
];

describe("misuse: an answer that is none of ours is never a lock", () => {
  for (const [what, body, status = 200] of bodies)
    it(what, async () => {
      const fetch = async () => new Response(body, { status });
      const retry = { minDelayMs: 5, maxDelayMs: 20 };
      const locks = createLocks({ store: restStore({ url: "http://127.0.0.1", token: "t", fetch, retry }) });
      for (const [verb, call] of Object.entries(verbs)) {
        const error = await call(locks).then(
          (value) => `gave ${String(value)}`,
          (error) => error,
        );
        expect.soft(error, verb).toBeInstanceOf(HoldfastError);
        expect.soft(["unavailable", "refused"], verb).toContain((error as HoldfastError).code);
      }
    });
});

/** Values in the place of what the server said. */
const wrong: unknown[] = [null, -1, 1.5, 2 ** 53, 1e300, true, [], {}, ["granted"]];

onEveryEngine("misuse: a grant that was garbled on its way", (f) => {
  for (const value of wrong)
    it(`${JSON.stringify(value)} in any place of it is no grant, and the name is given back`, async () => {
      const places = await grantLength();
      for (let place = 0; place < places; place++) {
        const name = f.name();
        const { locks } = f.client({
          fetch: garbling((result) => result.map((said, i) => (i === place ? value : said))),
        });
        const error = await locks.tryAcquire(name, { ttlMs: 20_000 }).catch((error) => error);
        expect(error, `place ${place}`).toBeInstanceOf(HoldfastError);
        await vi.waitFor(async () => expect((await f.client().locks.inspect(name)).held).toBe(false), 5000);
      }
    });

  it.each([2e12, 3_600_000])(
    "one that promises %i ms when 20,000 were asked for is not relied on for longer",
    async (ms) => {
      const places = await grantLength();
      for (let place = 0; place < places; place++) {
        const longer = (result: unknown[]) =>
          result.map((said, i) => (i === place && said === 20_000 ? ms : said));
        const { locks } = f.client({ fetch: garbling(longer) });
        const lease = await locks.tryAcquire(f.name(), { ttlMs: 20_000 }).catch(() => null);
        expect(lease?.remainingMs() ?? 0).toBeLessThanOrEqual(20_000);
        await lease?.release();
      }
    },
  );

  it("one that is cut short at any place is no grant", async () => {
    const places = await grantLength();
    for (let length = 0; length < places; length++) {
      const { locks } = f.client({ fetch: garbling((result) => result.slice(0, length)) });
      await expect(locks.tryAcquire(f.name(), { ttlMs: 1000 })).rejects.toBeInstanceOf(HoldfastError);
    }
  });

  /** Changes the first answer that is a list: the grant. */
  function garbling(
    change: (result: unknown[]) => unknown[],
    seen?: (result: unknown[]) => void,
  ): typeof fetch {
    let done = false;
    return async (input, init) => {
      const response = await fetch(input, init);
      if (done) return response;
      const body = (await response.json()) as { result?: unknown };
      if (!Array.isArray(body.result)) return Response.json(body, response);
      done = true;
      seen?.(body.result);
      return Response.json({ result: change(body.result) });
    };
  }

  async function grantLength(): Promise<number> {
    let length = 0;
    const count = (result: unknown[]) => {
      length = result.length;
    };
    const { locks } = f.client({ fetch: garbling((result) => result, count) });
    await locks.tryAcquire(f.name(), { ttlMs: 1000 });
    expect(length).toBeGreaterThan(0);
    return length;
  }
});
