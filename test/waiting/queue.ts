import { type Inspection, type Lease, type Locks, restStore } from "@holdfast/core";
import type { FaultRequest } from "@holdfast/gateway";
import { type FaultyFetch, faultyFetch, type RecordedRequest } from "@holdfast/testing";
import { describe, expect, vi } from "vitest";
import { type Client, type ClientOptions, type Fixture, onEveryEngine, TOKEN } from "../support/fixture.ts";
import { serverMicros, serverView } from "../support/server-view.ts";

/** How waiters learn that it is their turn. */
export type Way = "woken" | "polling";

/** Both engines side by side, since tests of waiting mostly wait. Each has a gateway of its own and runs its tests in turn. */
export function onEveryEngineAtOnce(title: string, tests: (fixture: Fixture) => void): void {
  describe.concurrent(title, () => onEveryEngine("on", (fixture) => inTurn(() => tests(fixture))));
}

type TestsOfWays = (fixture: Fixture, client: MakeClient, way: Way) => void;

/**
 * The same with waiters that are woken and with waiters that poll, side by side too. Not for tests that touch the whole
 * gateway: its faults, its latency, its data.
 */
export function onEveryWay(title: string, tests: TestsOfWays): void {
  describe.concurrent(title, () => onEveryEngine("on", (fixture) => bothWays(fixture, tests, inTurn)));
}

/** The same with one way after the other. */
export function onEveryWayInTurn(title: string, tests: TestsOfWays): void {
  onEveryEngineAtOnce(title, (fixture) => bothWays(fixture, tests, (run) => run()));
}

function bothWays(fixture: Fixture, tests: TestsOfWays, run: (tests: () => void) => void): void {
  describe("woken", () => run(() => tests(fixture, (options) => fixture.client(options), "woken")));
  describe("polling", () =>
    run(() => tests(fixture, (options) => pollingClient(fixture, options), "polling")));
}

function inTurn(tests: () => void): void {
  describe("in turn", { concurrent: false }, tests);
}

export type MakeClient = (options?: ClientOptions) => Client;

/** A client whose store does not stream. */
function pollingClient(fixture: Fixture, { fetch, ...options }: ClientOptions = {}): Client {
  const network = faultyFetch(fetch);
  const { run } = restStore({ ...restOptions(fixture), fetch: network.fetch });
  return { ...fixture.client({ ...options, store: { run } }), network };
}

export function restOptions({ gateway }: Fixture) {
  return { url: gateway.url, token: TOKEN, timeoutMs: 2000 };
}

const watchers = new WeakMap<Fixture, Locks>();

/** What the server says, asked past the clients under test. */
export function look(fixture: Fixture, name: string): Promise<Inspection> {
  const watcher = watchers.get(fixture) ?? fixture.client().locks;
  watchers.set(fixture, watcher);
  return watcher.inspect(name);
}

export async function untilWaiting(fixture: Fixture, name: string, count: number): Promise<void> {
  await vi.waitFor(async () => expect((await look(fixture, name)).waiting).toBe(count), PATIENCE);
}

/** Looks again until what it sees is as expected: `eventually(look, (seen) => seen.toBe(1))`. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  expected: (seen: ReturnType<typeof expect<Awaited<T>>>) => void,
): Promise<void> {
  await vi.waitFor(async () => expected(expect(await look())), PATIENCE);
}

export const PATIENCE = { timeout: 8000, interval: 5 };

/** Starts waits one after the other, each once the one before has its place; they all keep `name` and pass it on. */
export async function enqueue<T>(fixture: Fixture, name: string, waits: (() => Promise<T>)[]) {
  const before = (await look(fixture, name)).waiting;
  const started: Promise<T>[] = [];
  for (const [i, wait] of waits.entries()) {
    const promise = wait();
    promise.catch(() => {});
    started.push(promise);
    await untilWaiting(fixture, name, before + i + 1);
  }
  return started;
}

/** A client that has just waited, so that its stream is open and its next wait hears from its beginning. */
export async function listeningClient(fixture: Fixture, options?: ClientOptions): Promise<Client> {
  const client = fixture.client(options);
  const holder = await fixture.client().locks.acquire(fixture.name());
  const [waiting] = await enqueue(fixture, holder.name, [() => client.locks.acquire(holder.name)]);
  await holder.release();
  await (await waiting)?.release();
  return client;
}

/** A network of which its client can be cut off for good, as a process that dies is: nothing more leaves or arrives. */
export function mortal(): { readonly fetch: typeof fetch; die(): void } {
  let dead = false;
  const cut = new AbortController();
  return {
    fetch: (input, init) => {
      if (dead) return new Promise<Response>(() => {});
      const signal = AbortSignal.any([cut.signal, ...(init?.signal ? [init.signal] : [])]);
      return fetch(input, { ...init, signal });
    },
    die() {
      dead = true;
      cut.abort();
    },
  };
}

/** The scripts' requests, without the subscription. */
export function scriptRequests(network: FaultyFetch): readonly RecordedRequest[] {
  return network.requests.filter(({ url }) => !url.includes("/subscribe/"));
}

/** The same without those that carry a script's source to a server that did not have it yet. */
export function digestRequests(network: FaultyFetch): readonly RecordedRequest[] {
  return network.requests.filter(({ commands: [command] }) => command?.[0] === "EVALSHA");
}

export function subscriptions(network: FaultyFetch): readonly RecordedRequest[] {
  return network.requests.filter(({ url }) => url.includes("/subscribe/"));
}

/** The channel on which this client hears, and the mark of its latest wait, read off what it sent. */
export function wakeUpAddress(network: FaultyFetch): { channel: string; nonce: string } {
  const ask = scriptRequests(network)
    .flatMap(({ commands }) => commands.flat())
    .findLast((argument) => argument.includes(":wake:"));
  const [, channel = "", nonce = ""] = ask?.match(/ (\S+:wake:\S+) (\S+) /) ?? [];
  if (!nonce) throw new Error("this client has not waited");
  return { channel, nonce };
}

/** Requests that belong to a name; keys of a name carry it as their hash tag. */
export const about =
  (name: string) =>
  ({ commands }: FaultRequest): boolean =>
    commands.flat().some((argument) => argument.includes(`{${name}}`));

/** When the holder's lease ends at the earliest, in milliseconds of the server's clock. */
export async function endsAt(fixture: Fixture, name: string): Promise<number> {
  const asked = (await serverMicros(fixture)) / 1000;
  return asked + (await serverView(fixture, name)).remainingMs;
}

/** When the server granted the lease, in milliseconds of its own clock. */
export function grantedAt(lease: Pick<Lease, "fence">): number {
  return lease.fence / 1000;
}
