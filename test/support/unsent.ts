import { HoldfastError } from "@holdfast/core";
import { type FaultyFetch, faultyFetch } from "@holdfast/testing";
import { expect } from "vitest";

/** A fetch through which nothing may go. */
export function forbiddenFetch(): FaultyFetch {
  return faultyFetch(async () => new Response("{}", { status: 500 }));
}

/** The call answers with a promise, and that rejects as a mistake of the caller whose text explains it. */
export async function expectMistake(call: () => Promise<unknown>, text: RegExp, what = ""): Promise<void> {
  let promise: Promise<unknown> | undefined;
  expect
    .soft(() => {
      promise = call();
    }, `${what} threw in the caller's face`)
    .not.toThrow();
  const outcome: unknown = await promise?.then(
    (value) => `resolved with ${String(value)}`,
    (error) => error,
  );
  explains(outcome, text, what);
}

/** The call throws at once, as a mistake of the caller whose text explains it. */
export function expectThrownMistake(call: () => unknown, text: RegExp): void {
  let error: unknown;
  try {
    call();
  } catch (thrown) {
    error = thrown;
  }
  explains(error, text, "");
}

function explains(error: unknown, text: RegExp, what: string): void {
  const said = error instanceof HoldfastError ? { code: error.code, text: error.message } : error;
  expect.soft(said, what).toEqual({ code: "invalid-argument", text: expect.stringMatching(text) });
}
