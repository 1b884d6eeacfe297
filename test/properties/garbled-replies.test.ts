import type { Lease } from "@holdfast/core";
import { faultyFetch } from "@holdfast/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { watchedClock } from "./clocks.ts";
import { expectStable, isLease, makesSense, numbersIn, settled } from "./judge.ts";
import { answering, calls, clientOf, type Recorded, recordReplies, TTL_MS } from "./recorded-replies.ts";
import { SECRET } from "./values.ts";

expectNoUnhandledRejection();

let recorded: Recorded;
beforeAll(async () => {
  recorded = await recordReplies();
});

type Tree = unknown;

/** Numbers as no server means them. The texts become numbers that JavaScript cannot write. */
const RAW = ["1e400", "-1e400", "9007199254740993", "18446744073709551616", "1.0", "0.5", "-0", "1e-400"];
const leaf = fc.oneof(
  fc.constantFrom<Tree[]>(
    null,
    true,
    false,
    "",
    SECRET,
    "granted",
    "queued",
    "ended",
    "kind",
    "held",
    "OK",
    [],
    {},
    [[]],
  ),
  fc.constantFrom(...RAW).map((text) => `@${text}@`),
  fc.constantFrom<Tree[]>(0, 1, -1, 2 ** 53, 1e300, 86_400_000, 86_400_001, 1.5),
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  fc.jsonValue() as fc.Arbitrary<Tree>,
);

/** What happens to one place of an answer. */
const damage = fc.record({
  /** Which way down the tree. */
  path: fc.array(fc.nat({ max: 12 }), { maxLength: 3 }),
  how: fc.constantFrom("replace", "replace", "drop", "insert", "append", "wrap", "base64", "text", "negate"),
  value: leaf,
});

function damaged(
  tree: Tree,
  { path, how, value }: typeof damage extends fc.Arbitrary<infer D> ? D : never,
): Tree {
  const [step, ...rest] = path;
  if (step !== undefined && typeof tree === "object" && tree !== null && Object.keys(tree).length > 0) {
    const keys = Object.keys(tree);
    const key = keys[step % keys.length] ?? "";
    if (rest.length === 0 && how === "drop") {
      if (Array.isArray(tree)) return tree.filter((_, i) => String(i) !== key);
      return Object.fromEntries(Object.entries(tree).filter(([other]) => other !== key));
    }
    if (rest.length === 0 && how === "insert" && Array.isArray(tree))
      return tree.toSpliced(Number(key), 0, value);
    const below = damaged((tree as Record<string, Tree>)[key], { path: rest, how, value });
    return Array.isArray(tree) ? tree.with(Number(key), below) : { ...tree, [key]: below };
  }
  if (how === "append" && Array.isArray(tree)) return [...tree, value];
  if (how === "wrap") return [tree];
  if (how === "base64") return inBase64(tree);
  if (how === "text" && typeof tree === "number") return String(tree);
  if (how === "negate" && typeof tree === "number") return -tree;
  return value;
}

/** As a store answers that was asked to encode strings. */
function inBase64(tree: Tree): Tree {
  if (typeof tree === "string") return Buffer.from(tree).toString("base64");
  if (Array.isArray(tree)) return tree.map(inBase64);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, inBase64(value)]));
}

/** An answer's text with so much damage. */
function garble(body: string, damages: readonly Parameters<typeof damaged>[1][]): string {
  const tree = damages.reduce<Tree>(damaged, JSON.parse(body));
  return (JSON.stringify(tree) ?? "").replace(/"@([^"@]*)@"/g, "$1");
}

describe("P1, P4, P10 answers that were garbled", () => {
  const damages = fc.array(damage, { minLength: 1, maxLength: 3 });
  it.each(Object.entries(calls))(
    "%s: makes sense of what its script can say and of nothing else, and tells no secret",
    async (name, { script, run }) => {
      const bodies = [...new Set(recorded.get(script))];
      await fc.assert(
        fc.asyncProperty(fc.nat(), damages, async (pick, damages) => {
          const body = garble(bodies[pick % bodies.length] ?? "", damages);
          const clock = watchedClock();
          const fetch = answering(recorded, script, () => body);
          // A candidate waits without end, and a server that makes no sense lets it ask once in a millisecond.
          const waits = name === "campaign";
          const outcome = await settled(clock, run(clientOf({ fetch, clock })), waits ? 1 : 60).catch(
            (error) => {
              if (!waits) throw error;
            },
          );
          expect(clock.badDelays).toEqual([]);
          if (outcome && "error" in outcome) expectStable(outcome.error);
          if (!outcome || "error" in outcome) return;

          const { value } = outcome;
          expect(makesSense[script]?.(resultOf(body)), body).toBe(true);
          if (isLease(value)) expect(value.remainingMs()).toBeLessThanOrEqual(TTL_MS);
          if (value !== null && script.startsWith("acquire"))
            expect((value as Lease).fence).toBeGreaterThan(0);
          else for (const number of numbersIn(value)) expect(Number.isSafeInteger(number), body).toBe(true);
        }),
        { numRuns: 120 },
      );
    },
  );

  it("a grant of any numbers that are possible is never relied on for longer than it says or than was asked for", async () => {
    const whole = fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }));
    const remaining = fc.oneof(
      fc.nat({ max: 100 }),
      fc.nat({ max: 86_400_000 }),
      fc.integer({ min: TTL_MS - 2, max: TTL_MS + 2 }),
    );
    await fc.assert(
      fc.asyncProperty(whole, remaining, whole, fc.boolean(), async (fence, remaining, now, several) => {
        const single = ["granted", fence + 1, remaining, "owner", now];
        const result = several ? ["granted", remaining, "owner", now, fence, fence + 1] : single;
        const clock = watchedClock();
        const { locks } = clientOf({ fetch: async () => Response.json({ result }), clock });
        const options = { ttlMs: TTL_MS, waitMs: 1000 };
        const work = several ? locks.acquireAll(["a", "b"], options) : locks.acquire("a", options);
        const outcome = await settled(clock, work);
        // Of a lease so short nothing is left once it is known.
        if ("error" in outcome) return void expect(remaining < 3 || fence === 0).toBe(true);
        const lease = outcome.value as Lease;
        expect(lease.fence).toBe(fence + 1);
        expect(lease.remainingMs()).toBeLessThan(Math.min(remaining, TTL_MS));
        expect(clock.badDelays).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each(["acquire", "request", "campaign", "acquireAll"])(
    "%s: a server that says of every attempt that it has ended is asked 20 times a second at the most",
    async (name) => {
      const clock = watchedClock();
      const network = faultyFetch(async () => new Response('{"result":["ended"]}'));
      const { locks } = clientOf({ fetch: network.fetch, clock });
      const waiting = { ttlMs: TTL_MS, waitMs: 10_000 };
      const verbs: Record<string, () => Promise<unknown>> = {
        acquire: () => locks.acquire("name", waiting),
        request: () => locks.request("name", waiting, () => expect.fail("ran without the lock")),
        campaign: () => locks.election("name").campaign(),
        acquireAll: () => locks.acquireAll(["a", "b"], waiting),
      };
      const work = verbs[name]?.().catch(expectStable);
      await clock.advance(9000);
      // A pause of 50 ms, an acquire and its taking back.
      expect(network.requests.length).toBeLessThan(400);
      await clock.advance(2000);
      if (name !== "campaign") await work;
    },
  );
});

/** What the store says, unless it says that something went wrong. */
function resultOf(body: string): unknown {
  try {
    const { result, error } = JSON.parse(body);
    return typeof error === "string" ? undefined : result;
  } catch {
    return undefined;
  }
}
