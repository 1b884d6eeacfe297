import fc from "fast-check";

/** How a body goes on after its last chunk. */
export type Ending = "ends" | "breaks" | "stays open";

/** A body that arrives in these chunks. */
export function streamOf(chunks: readonly Uint8Array[], ending: Ending = "ends"): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      if (ending === "ends") controller.close();
      if (ending === "breaks") controller.error(new Error("ECONNRESET"));
    },
  });
}

/** Cuts bytes into chunks, in the middle of lines and of characters too. */
export function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.map((at) => at % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
}

/** Where to cut. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat({ max: 5000 }), { maxLength: 30 });
