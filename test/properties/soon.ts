import { setImmediate as nextTurn } from "node:timers/promises";

/** How a call ended that has nothing to wait for. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

const TURNS = 20;

/** Calls and gives the outcome, of a function that throws too; fails when there is none within a few turns of the event loop. */
export async function soon(call: () => unknown): Promise<Outcome> {
  let outcome: Outcome | undefined;
  void (async () => call())().then(
    (value) => {
      outcome = { value };
    },
    (error) => {
      outcome = { error };
    },
  );
  for (let turn = 0; turn < TURNS && !outcome; turn++) await nextTurn();
  if (!outcome) throw new Error("the call hangs");
  return outcome;
}
