import { inspect } from "node:util";
import { createGuard, createLocks, type Guard, HoldfastError, type Locks, restStore } from "@holdfast/core";
import { type FaultyFetch, faultyFetch, manualClock } from "@holdfast/testing";
import { expect } from "vitest";
import { told } from "./judge.ts";
import { soon } from "./soon.ts";
import { SECRET } from "./values.ts";

/** What became of a call: a mistake that sent nothing, the abort that the caller asked for, or a request. */
export type Fate = "refused" | "aborted" | "sent";

export interface Refusing {
  readonly locks: Locks;
  readonly guard: Guard;
  readonly network: FaultyFetch;
}

const TOKEN = "sEcret-token-of-the-store";

/** A client whose store turns everything away, so that a call that was accepted ends at once, after one request. */
export function refusing(defaults: object = {}): Refusing {
  const network = faultyFetch(async () => new Response("", { status: 401 }));
  const clock = manualClock();
  const store = restStore({ url: "http://127.0.0.1:1", token: TOKEN, fetch: network.fetch, clock });
  return { locks: createLocks({ store, clock, defaults }), guard: createGuard({ store, clock }), network };
}

/** Calls, and tells what became of it; fails for any other outcome. */
export async function fateOf(client: Pick<Refusing, "network">, call: () => Promise<unknown>): Promise<Fate> {
  const outcome = await soon(call);
  const sent = client.network.requests.length;
  client.network.clear();
  if ("value" in outcome) throw new Error(`gave ${inspect(outcome.value)}`);
  const { error } = outcome;
  if (error === SECRET && sent === 0) return "aborted";
  expect(error).toBeInstanceOf(HoldfastError);
  const { code } = error as HoldfastError;
  expect(told(error)).not.toContain("sEcret");
  expect([code, sent > 0]).toEqual(
    code === "unauthorized" ? ["unauthorized", true] : ["invalid-argument", false],
  );
  return code === "unauthorized" ? "sent" : "refused";
}
