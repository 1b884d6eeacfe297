import type { RestStoreOptions } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { watchedClock } from "./clocks.ts";
import { expectStable, settled } from "./judge.ts";
import { calls, clientOf, TOKEN } from "./recorded-replies.ts";
import { cut, cuts, streamOf } from "./streams.ts";
import { anything, SECRET } from "./values.ts";

expectNoUnhandledRejection();

const PAGE = `<!doctype html><html><body><h1>502 Bad Gateway</h1>${SECRET}</body></html>`;
/** Bodies that are no answer of a script's, whatever they come with. None of them is JSON with a result. */
const bodies = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "null",
    "OK",
    PAGE,
    "[]",
    "{}",
    '"granted"',
    "{",
    '{"result":',
    `data: ${SECRET}\n\n`,
    "\ufeff",
  ),
  fc.string({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc.json().filter((text) => !/"(result|error)"/.test(text)),
);
const types = fc.constantFrom(
  "application/json",
  "text/html",
  "text/plain",
  "application/octet-stream",
  "text/event-stream",
  "",
);
/** 1xx cannot be made, and 204, 205 and 304 have no body. */
const statuses = fc.oneof(
  fc.constantFrom(200, 201, 202, 302, 400, 401, 403, 404, 413, 429, 500, 502, 503, 504, 522, 599),
  fc.integer({ min: 206, max: 599 }).filter((status) => status !== 304),
);

/** What a caller is told of an answer that is none of a Redis REST server's. */
function codeFor(status: number): string {
  if (status === 401 || status === 403) return "unauthorized";
  return status === 200 || status === 429 || status >= 500 ? "unavailable" : "refused";
}

const someCall = fc.constantFrom(...Object.keys(calls));

/** The error with which a call ends over this fetch. */
async function errorOf(call: string, fetch: NonNullable<RestStoreOptions["fetch"]>) {
  const clock = watchedClock();
  const outcome = await settled(clock, calls[call]?.run(clientOf({ fetch, clock })) ?? Promise.resolve());
  expect(clock.badDelays).toEqual([]);
  if ("value" in outcome) throw new Error(`gave ${String(outcome.value)}`);
  return expectStable(outcome.error);
}

describe("P4, P10 answers that no Redis REST server gives", () => {
  it("are told by their status, whatever their body and type", async () => {
    await fc.assert(
      fc.asyncProperty(someCall, statuses, types, bodies, async (call, status, type, body) => {
        const { code } = await errorOf(
          call,
          async () => new Response(body, { status, headers: { "content-type": type } }),
        );
        expect(code).toBe(codeFor(status));
      }),
      { numRuns: 400 },
    );
  });

  it("with an error inside are refused or unavailable, whatever their status, and never what they bring besides", async () => {
    const words = fc.constantFrom(
      "ERR",
      "OOM",
      "NOAUTH",
      "WRONGTYPE",
      "NOSCRIPT",
      "BUSY",
      "LOADING",
      "MOVED",
      SECRET,
      "",
    );
    const grant = ["granted", 5, 1000, "owner", 1000];
    const result = fc.constantFrom(undefined, grant, null, 1, "OK");
    await fc.assert(
      fc.asyncProperty(
        someCall,
        statuses,
        words,
        fc.string(),
        result,
        async (call, status, word, rest, result) => {
          const body = JSON.stringify({ error: `${word} ${rest} ${TOKEN}`, result });
          const { code } = await errorOf(call, async () => new Response(body, { status }));
          expect(["refused", "unavailable", "unauthorized", "kind-mismatch"]).toContain(code);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("that ask for a pause are waited for as long as is sensible, and no timer is set that cannot be", async () => {
    const header = fc.oneof(
      fc.stringMatching(/^\d{1,30}$/),
      fc.stringMatching(/^[ -~]{1,30}$/),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.constantFrom("-1", "0", "1e9", "Infinity", "NaN", "0x10", `${"9".repeat(400)}`),
    );
    await fc.assert(
      fc.asyncProperty(someCall, fc.constantFrom(429, 503), header, async (call, status, after) => {
        const { code } = await errorOf(
          call,
          async () => new Response("", { status, headers: { "retry-after": after } }),
        );
        expect(code).toBe("unavailable");
      }),
      { numRuns: 300 },
    );
  });

  it("and whatever fetch rejects with, are unavailable, and repeat nothing of it", async () => {
    const reason = fc.oneof(
      anything,
      fc.constantFrom(
        new TypeError(SECRET),
        new Error("x", { cause: { code: SECRET } }),
        new Error("x", { cause: SECRET }),
      ),
      anything.map((cause) => Object.assign(new Error(SECRET), { cause })),
    );
    await fc.assert(
      fc.asyncProperty(someCall, reason, fc.boolean(), async (call, reason, atOnce) => {
        const fetch = () => {
          if (atOnce) throw reason;
          return Promise.reject(reason);
        };
        expect((await errorOf(call, fetch)).code).toBe("unavailable");
      }),
      { numRuns: 300 },
    );
  });

  it("whose body breaks off on the way are unavailable", async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(someCall, chunks, async (call, chunks) => {
        const fetch = async () => new Response(streamOf(chunks, "breaks"));
        expect((await errorOf(call, fetch)).code).toBe("unavailable");
      }),
      { numRuns: 200 },
    );
  });

  it("but those that come in another layout mean what they say", async () => {
    const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
    const layout = fc.record({ space, indent: fc.nat({ max: 10 }), at: cuts, type: types });
    const said = { more: { error: "x" }, result: ["granted", 5, 1000, "o\u00fcner", 1000] };
    await fc.assert(
      fc.asyncProperty(layout, async ({ space, indent, at, type }) => {
        const text = space + JSON.stringify(said, null, indent) + space;
        const body = streamOf(cut(new TextEncoder().encode(text), at));
        const clock = watchedClock();
        const { locks } = clientOf({
          fetch: async () => new Response(body, { headers: { "content-type": type } }),
          clock,
        });
        const outcome = await settled(clock, locks.tryAcquire("name", { ttlMs: 1000 }));
        expect(outcome).toMatchObject({ value: { fence: 5, owner: "o\u00fcner" } });
      }),
    );
  });
});
