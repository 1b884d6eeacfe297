import { HoldfastError, restStore } from "@holdfast/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEventStream } from "../../packages/core/src/store/event-stream.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { watchedClock } from "./clocks.ts";
import { expectStable, settled } from "./judge.ts";
import { cut, cuts, type Ending, streamOf } from "./streams.ts";
import { SECRET } from "./values.ts";

expectNoUnhandledRejection();

const CHANNEL = "holdfast:wake:abc";
const encoder = new TextEncoder();
const neverAborts = new AbortController().signal;

/** Anything that fits on one line. */
const line = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, "")),
  fc.constantFrom(
    "",
    "granted nonce 1 2 3",
    `message,${CHANNEL},x`,
    "ключ 🔑",
    "a,b,,c",
    "data: data: x",
    " ",
    "\u2028",
    "\0",
  ),
);
const field = fc.constantFrom("data: ", "event: ", "id: ", ": ", "retry: ", "data", "data:", " data: ", "");
/** Lines of a stream: each a field and a text. */
const lines = fc.array(fc.tuple(field, line, fc.constantFrom("\n", "\n", "\n\n", "\r\n")), { maxLength: 20 });
const endings = fc.constantFrom<Ending[]>("ends", "breaks", "stays open");

/** Any bytes: many of them line ends, or such as begin what looks like a message. */
const garbage = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc
        .constantFrom(
          "\n",
          "\r",
          "data: ",
          `data: subscribe,${CHANNEL}d,1`,
          `data: message,${CHANNEL}d,`,
          `data: subscribe,${CHANNEL},1`,
          `data: message,${CHANNEL},`,
        )
        .map((text) => encoder.encode(text)),
    ),
    { maxLength: 20 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

/** What a stream says, read all at once: the text of each whole line that is data. */
function dataOf(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  return lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6).replace(/\r$/, ""));
}

describe("event streams", () => {
  it("say the same however they are cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(lines, cuts, async (lines, cuts) => {
        const heard: string[] = [];
        const bytes = encoder.encode(lines.flat().join(""));
        await readEventStream(streamOf(cut(bytes, cuts)), (data) => void heard.push(data), neverAborts);
        const said = lines.map(([field, text]) => field + text).filter((line) => line.startsWith("data: "));
        expect(heard).toEqual(said.map((line) => line.slice("data: ".length)));
      }),
      { numRuns: 500 },
    );
  });

  it("of any bytes whatever are read to their end", async () => {
    await fc.assert(
      fc.asyncProperty(garbage, cuts, async (bytes, cuts) => {
        const heard: string[] = [];
        await readEventStream(streamOf(cut(bytes, cuts)), (data) => void heard.push(data), neverAborts);
        expect(heard).toEqual(dataOf(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it("a subscription is made by its confirmation alone, hears its own channel alone, and ends when the stream does", async () => {
    let made = 0;
    const answers = fc.record({
      status: fc.constantFrom(200, 200, 200, 200, 400, 401, 404, 500),
      type: fc.constantFrom("text/event-stream", "text/html", "application/json"),
      confirmed: fc.constantFrom(true, true, false),
      bytes: fc.oneof(
        garbage,
        lines.map((lines) => encoder.encode(lines.flat().join(""))),
      ),
      ending: endings,
      cuts,
    });
    await fc.assert(
      fc.asyncProperty(answers, async ({ status, type, confirmed, bytes, ending, cuts }) => {
        const clock = watchedClock();
        const before = encoder.encode(confirmed ? `data: subscribe,${CHANNEL},1\n\n` : "");
        const all = Uint8Array.from([...before, ...bytes]);
        const fetch = async () =>
          new Response(streamOf(cut(all, cuts), ending), { status, headers: { "content-type": type } });
        const store = restStore({ url: "http://127.0.0.1:1", token: SECRET, fetch, clock });
        const heard: string[] = [];
        const leave = new AbortController();
        const work = store.subscribe?.(CHANNEL, (message) => void heard.push(message), leave.signal);
        const outcome = await settled(clock, work ?? Promise.resolve());

        const data = status === 200 ? dataOf(all) : [];
        const confirmation = data.some((text) => text.startsWith(`subscribe,${CHANNEL},`));
        const prefix = `message,${CHANNEL},`;
        const mine = data.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length));
        if ("error" in outcome) {
          // A stream that breaks may take with it what was not read yet.
          expect(confirmation && ending !== "breaks").toBe(false);
          expect(expectStable(outcome.error).code).toBe("unavailable");
          return;
        }
        made++;
        expect(confirmation).toBe(true);
        const { closed } = outcome.value as { closed: Promise<void> };
        if (ending === "stays open") leave.abort();
        expect(await settled(clock, closed)).toEqual({ value: undefined });
        if (ending === "breaks") expect(mine.slice(0, heard.length)).toEqual(heard);
        else expect(heard).toEqual(mine);
        expect(clock.badDelays).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(made).toBeGreaterThan(50);
  });

  it("that never end a line are given up", async () => {
    const clock = watchedClock();
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(new Uint8Array(65_536).fill(120));
        },
      });
    const fetch = async () => new Response(endless());
    const store = restStore({ url: "http://127.0.0.1:1", token: "t", fetch, clock });
    const work = store.subscribe?.(CHANNEL, () => {}, new AbortController().signal);
    const outcome = await settled(clock, work ?? Promise.resolve());
    expect("error" in outcome && outcome.error).toBeInstanceOf(HoldfastError);
  });
});
