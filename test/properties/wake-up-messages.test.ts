import { createLocks, type Lease, LockTimeoutError, restStore } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { watchedClock } from "./clocks.ts";

expectNoUnhandledRejection();

const NOW = Date.UTC(2026, 0, 1);
const CLAIM_MS = 2000;
const WAIT_MS = 5000;

/** A waiter in the queue of a store that never grants anything, and its stream. */
async function waiter() {
  const clock = watchedClock();
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  let channel = "";
  let nonce = "";
  const encoder = new TextEncoder();
  const write = (data: string) => stream?.enqueue(encoder.encode(`data: ${data}\n\n`));
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const path = new URL(String(url)).pathname;
    if (path.startsWith("/subscribe/")) {
      channel = path.slice("/subscribe/".length);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          stream = controller;
          write(`subscribe,${channel},1`);
        },
      });
      return new Response(body);
    }
    nonce = String(init?.body).match(/ \S+:wake:\S+ (\S+) /)?.[1] ?? nonce;
    return Response.json({ result: ["queued", 20_000, 100, 3, NOW + clock.now()] });
  };
  const store = restStore({ url: "http://127.0.0.1:1", token: "t", fetch, clock });
  let lease: Lease | undefined;
  let error: unknown;
  createLocks({ store, clock })
    .acquire("name", { ttlMs: 10_000, waitMs: WAIT_MS, claimMs: CLAIM_MS })
    .then(
      (given) => {
        lease = given;
      },
      (reason) => {
        error = reason;
      },
    );
  while (!stream) await clock.advance(10);
  return {
    clock,
    nonce,
    publish: (message: string) => write(`message,${channel},${message}`),
    lease: () => lease,
    error: () => error,
  };
}

const digits = fc.oneof(
  fc.nat({ max: 5000 }).map(String),
  fc.nat({ max: 4000 }).map((ms) => String(NOW + ms)),
  fc.constantFrom(
    "0",
    "00",
    "9007199254740991",
    "9007199254740992",
    "9999999999999999",
    "1".repeat(17),
    "1e3",
    "-1",
    "1.0",
    "0x1",
    "NaN",
    "",
    "١",
  ),
);
const blank = fc.constantFrom(" ", " ", " ", "  ", "\t", ",");
const word = fc.constantFrom("granted", "first", "Granted", "grant", "");
/** `N` stands for the waiter's own nonce. */
const whose = fc.constantFrom("N", "n", "", "AAAAAAAAAAAAAAAAAAAAAA");
/** A grant that would do, but for what becomes of one of its parts. */
const nearly = fc
  .record({
    leaseMs: fc.oneof(fc.nat({ max: 5000 }), fc.constant(CLAIM_MS + 1)),
    agoMs: fc.nat({ max: 3000 }),
    at: fc.nat({ max: 5 }),
    how: fc.constantFrom("none", "replace", "add", "drop"),
    part: fc.oneof(word, whose, digits),
    blank,
  })
  .map(({ leaseMs, agoMs, at, how, part, blank }) => {
    const parts = ["granted", "N", "7", String(NOW + agoMs), String(leaseMs)];
    if (how === "replace") parts[at] = part;
    if (how === "add") parts.splice(at, 0, part);
    if (how === "drop") parts.splice(at, 1);
    return parts.join(blank);
  });
const messages = fc.oneof(
  nearly,
  nearly,
  fc
    .tuple(word, whose, fc.array(digits, { maxLength: 5 }))
    .map(([word, whose, numbers]) => [word, whose, ...numbers].join(" ")),
  fc.string({ unit: "binary" }).map((text) => text.replaceAll(/[\r\n]/g, "")),
  fc.constantFrom("lost", "{}", '{"type":"granted"}', "N", "granted"),
);

/** Whether a message of this text may be a grant for the nonce. */
function isGrant(message: string, nonce: string): boolean {
  const [word, whose, ...numbers] = message.split(" ");
  const [fence = 0] = numbers.map(Number);
  return (
    word === "granted" &&
    whose === nonce &&
    numbers.length === 3 &&
    numbers.every((number) => /^\d{1,16}$/.test(number)) &&
    Number.isSafeInteger(fence) &&
    fence > 0
  );
}

describe("P1 wake-ups of any text whatever", () => {
  it("grant nothing unless they are a grant to this waiter in every part, and nothing for longer than was asked for", async () => {
    let granted = 0;
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(messages, { maxLength: 8 }), fc.nat({ max: 3000 }), async (texts, pause) => {
        const { clock, nonce, publish, lease, error } = await waiter();
        await clock.advance(pause);
        const sent = texts.map((text) => text.replaceAll(/\bN\b/g, nonce));
        for (const message of sent) publish(message);
        await clock.advance(0);
        const given = lease();
        if (given) {
          granted++;
          const fences = sent
            .filter((message) => isGrant(message, nonce))
            .map((message) => Number(message.split(" ")[2]));
          expect(fences).toContain(given.fence);
          expect(given.remainingMs()).toBeLessThanOrEqual(CLAIM_MS);
        }
        await clock.advance(WAIT_MS + CLAIM_MS);
        if (!given) {
          waited++;
          expect(error()).toBeInstanceOf(LockTimeoutError);
        } else expect(given.signal.aborted).toBe(true);
        expect(clock.badDelays).toEqual([]);
      }),
      { numRuns: 250 },
    );
    expect(granted).toBeGreaterThan(10);
    expect(waited).toBeGreaterThan(10);
  });
});
