import { HoldfastError } from "@holdfast/core";
import { expect } from "vitest";
import { answeringFetch, type Recorder } from "./recording-fetch.ts";

/** A fetch through which nothing may go. */
export function forbiddenFetch(): Recorder {
  return answeringFetch(() => new Response("{}", { status: 500 }));
}

/** The call answers with a promise, and that rejects as a mistake of the caller whose text explains it. */
export async function expectMistake(call: () => Promise<unknown>, text: RegExp): Promise<void> {
  let promise: Promise<unknown> | undefined;
  expect(() => {
    promise = call();
  }, "threw in the caller's face").not.toThrow();
  const error: unknown = await promise?.then(
    (value) => expect.fail(`resolved with ${String(value)}`),
    (error) => error,
  );
  explains(error, text);
}

/** The call throws at once, as a mistake of the caller whose text explains it. */
export function expectThrownMistake(call: () => unknown, text: RegExp): void {
  let error: unknown;
  try {
    call();
  } catch (thrown) {
    error = thrown;
  }
  explains(error, text);
}

function explains(error: unknown, text: RegExp): void {
  expect(error).toBeInstanceOf(HoldfastError);
  expect((error as HoldfastError).code).toBe("invalid-argument");
  expect((error as HoldfastError).message).toMatch(text);
}
