import type { Locks } from "@holdfast/core";
import { createLocksOver } from "@holdfast/core/commands";
import { createAttempts, farewell, lastCalls, type Open } from "./attempts.ts";
import { type Caretaker, keepCaretaker } from "./caretaker.ts";
import { invalid } from "./check.ts";
import { type Era, httpCommands } from "./commands.ts";
import { type ClientOptions, parseClientOptions } from "./options.ts";
import { createTransport } from "./transport.ts";
import { subscribeOver } from "./wake-ups.ts";
import { reportTo } from "./worker/report.ts";

/**
 * The locks of `@holdfast/core` behind the lock service: code written for `createLocks` runs unchanged. Every verb may
 * also reject with what the service says of the token (`unauthorized`).
 */
export interface Client extends Locks, AsyncDisposable {
  /**
   * Gives back every lease of this client; each is told first that it is lost (`taken`). Waits go on. Rejects with
   * `unavailable` when the service does not answer; what it did not hear of ends with its TTL.
   */
  releaseAll(): Promise<void>;
  /**
   * Gives back everything, leaves every queue and ends the client: waits and later calls reject with `invalid-argument`.
   * Also by `await using`. Calling it again does no harm.
   */
  close(): Promise<void>;
}

/**
 * Makes the locks of one client of the lock service. Does no I/O.
 *
 * @throws HoldfastError `invalid-argument` for options that cannot work.
 * @example
 * ```ts
 * const client = createClient({ url: "https://locks.example.com", getToken: () => session.lockToken() });
 * await client.request("document:42", async (lease) => save(lease.fence));
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const { releaseOnPageHide, releasePort, locks, ...wire } = parseClientOptions(options);
  const { clock, timeoutMs } = wire;
  const report = releasePort && reportTo(releasePort, clock, () => say(letGo()));
  const transport = createTransport({ ...wire, ready: report?.ready });
  const attempts = createAttempts(clock, report?.tell);
  const wards: Caretaker["wards"] = new Set();
  let closed = false;
  let revoke = () => {};
  let ending = new AbortController();
  const era = (): Era => ({
    signal: ending.signal,
    check() {
      if (closed) throw invalid("this client is closed.");
    },
  });

  /** Leases first: nobody may rely on what is about to be given back. Then requests and streams that wait for more. */
  function letGo(): Open[] {
    revoke();
    ending.abort();
    ending = new AbortController();
    return attempts.abandon();
  }

  function say(open: readonly Open[]): void {
    for (const call of lastCalls(farewell(open))) transport.beacon(call);
  }

  async function send(open: readonly Open[]): Promise<void> {
    const tell = farewell(open).map((call) =>
      transport.call(call, {}, ({ status }) => status < 300 || undefined),
    );
    const failed = (await Promise.allSettled(tell)).find(({ status }) => status === "rejected");
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  const over = createLocksOver(
    {
      commands: httpCommands(transport, attempts, era),
      subscribe: subscribeOver(transport, attempts, era, clock, timeoutMs),
      revocable: (given) => {
        revoke = given;
      },
    },
    locks,
  );
  const onPageHide = ({ persisted }: { persisted?: boolean }) =>
    say([...letGo(), ...[...wards].flatMap((ward) => ward(persisted === true))]);
  const page = releaseOnPageHide && typeof document === "object" ? globalThis : undefined;
  page?.addEventListener("pagehide", onPageHide);

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    page?.removeEventListener("pagehide", onPageHide);
    await send(letGo()).finally(() => report?.end());
  }

  const client: Client = {
    ...over,
    adopt(json) {
      const lease = over.adopt(json);
      const { names = [lease.name], fences = [lease.fence], owner, attemptId, ttlMs } = lease.toJSON();
      for (const [i, name] of names.entries())
        attempts.granted(name, { owner, attempt: attemptId }, fences[i] ?? lease.fence, ttlMs);
      return lease;
    },
    async releaseAll() {
      const held = attempts.all().filter(({ fence }) => fence !== undefined);
      revoke();
      for (const { name, claim } of held) attempts.ended(name, claim);
      await send(held);
    },
    close,
    // Like the end of a lease's scope: what failed goes on by itself, or ends with its TTL.
    [Symbol.asyncDispose]: () => close().catch(() => {}),
  };
  const prepare = () => void wire.tokens.get().catch(() => {});
  keepCaretaker(client, { transport, wards, send, prepare, watchPlace: attempts.watchPlace });
  return client;
}
