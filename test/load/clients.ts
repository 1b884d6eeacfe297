import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryEvent } from "@holdfast/testing/history";
import { anyOf, between, weighted } from "../soak/chance.ts";
import { Timings } from "./timings.ts";

/** Clients of the HTTP API, as browsers and services have it. */

type Verb = "acquire" | "extend" | "release" | "try" | "abandon";

const SHARES: Record<"waits" | "tries" | "extends" | "abandons", number> = {
  waits: 45,
  tries: 25,
  extends: 20,
  abandons: 10,
};
const HOT = 20;
const TTL_MS = 5000;
const ABANDONED_TTL_MS = 300;

export interface Crowd {
  readonly timings: Timings<Verb>;
  /** Answers by status and code, such as `200` and `409 held`. */
  readonly answers: Map<string, number>;
  /** Answers that should not have been, in words. */
  readonly wrongs: Set<string>;
  /** Everything that a holder could see, for the checker of histories. */
  readonly events: HistoryEvent[];
}

interface Lease {
  readonly op: string;
  readonly name: string;
  readonly owner: string;
  readonly attemptId: string;
  readonly fence: number;
}

/** Lets them work until the signal; resolves when the last has ended what it was at. */
export async function crowd(
  url: string,
  key: string,
  { clients, pauseMs }: { readonly clients: number; readonly pauseMs: number },
  signal: AbortSignal,
): Promise<Crowd> {
  const seen: Crowd = { timings: new Timings(), answers: new Map(), wrongs: new Set(), events: [] };
  await Promise.all(
    Array.from({ length: clients }, async (_, i) => {
      const client = new Client(`client-${i}`, url, key, seen);
      while (!signal.aborted) {
        await sleep(between(0, 2 * pauseMs), undefined, { signal }).catch(() => {});
        if (!signal.aborted) await client.turn();
      }
    }),
  );
  return seen;
}

class Client {
  readonly #name: string;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #seen: Crowd;
  #turns = 0;

  constructor(name: string, url: string, key: string, seen: Crowd) {
    this.#name = name;
    this.#url = url;
    this.#headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    this.#seen = seen;
  }

  async turn(): Promise<void> {
    switch (weighted(SHARES)) {
      case "waits": {
        const lease = await this.#acquire("acquire", hot(), { ttlMs: TTL_MS, waitMs: 2000 });
        if (lease) await this.#hold(lease);
        return;
      }
      case "tries": {
        const lease = await this.#acquire("try", anyOf([hot(), randomUUID()]), { ttlMs: TTL_MS, waitMs: 0 });
        if (lease) await this.#hold(lease);
        return;
      }
      case "extends": {
        const lease = await this.#acquire("try", randomUUID(), { ttlMs: TTL_MS, waitMs: 0 });
        if (lease && (await this.#extend(lease))) await this.#hold(lease);
        return;
      }
      case "abandons":
        // Whoever comes after it waits for the end of the lease.
        await this.#acquire("abandon", anyOf([hot(), randomUUID()]), { ttlMs: ABANDONED_TTL_MS, waitMs: 0 });
    }
  }

  async #hold(lease: Lease): Promise<void> {
    await sleep(between(0, 10));
    this.#tell({ type: "releasing", at: performance.now(), op: lease.op });
    const { owner, attemptId, fence, name, op } = lease;
    const answer = await this.#post("release", name, { owner, attemptId, fence });
    this.#tell({ type: "released", at: performance.now(), op, outcome: answer?.outcome ?? "unknown" });
  }

  async #extend({ op, name, owner, attemptId, fence }: Lease): Promise<boolean> {
    const sentAt = performance.now();
    this.#tell({ type: "extending", at: sentAt, op, ttlMs: TTL_MS });
    const answer = await this.#post("extend", name, { owner, attemptId, fence, ttlMs: TTL_MS });
    if (answer)
      this.#tell({ type: "extended", at: performance.now(), op, until: reliableUntil(sentAt, answer.lease) });
    return answer !== undefined;
  }

  async #acquire(
    verb: Verb,
    name: string,
    body: { ttlMs: number; waitMs: number },
  ): Promise<Lease | undefined> {
    const op = `${this.#name}.${++this.#turns}`;
    const sentAt = performance.now();
    const { ttlMs, waitMs } = body;
    const asked = { names: [name], capacity: 1, weight: 1, ttlMs, waits: waitMs > 0 };
    this.#tell({ type: "invoked", at: sentAt, op, client: this.#name, ...asked });
    const answer = await this.#post(verb, name, body);
    const at = performance.now();
    if (!answer) {
      this.#tell({ type: "unknown", at, op });
      return undefined;
    }
    this.#tell({
      type: "granted",
      at,
      op,
      fences: [answer.lease.fence],
      until: reliableUntil(sentAt, answer.lease),
    });
    return { op, ...answer.lease };
  }

  #tell(event: HistoryEvent): void {
    this.#seen.events.push(event);
  }

  /** @returns the body of a 200; undefined for any other answer. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer by what was asked
  async #post(verb: Verb, name: string, body: object): Promise<any> {
    const { timings, answers, wrongs } = this.#seen;
    const sentAt = performance.now();
    const path = verb === "try" || verb === "abandon" ? "acquire" : verb;
    const response = await fetch(`${this.#url}/v1/locks/${name}/${path}`, {
      method: "POST",
      headers: this.#headers,
      body: JSON.stringify(body),
    }).catch((error: Error) => error);
    const text = response instanceof Error ? "" : await response.text().catch(() => "");
    timings.add(verb, performance.now() - sentAt);
    if (response instanceof Error) {
      wrongs.add(
        `${path}: no answer (${(response.cause as Error | undefined)?.message ?? response.message})`,
      );
      return undefined;
    }
    const answer = parse(text);
    const shown = answer?.code ? `${response.status} ${answer.code}` : String(response.status);
    answers.set(shown, (answers.get(shown) ?? 0) + 1);
    if (!EXPECTED.has(shown)) wrongs.add(`${path}: ${shown} ${answer?.detail ?? text.slice(0, 200)}`);
    return response.status === 200 ? answer : undefined;
  }
}

/**
 * `unavailable` is the one 5xx that is true: the faults below lasted for as long as the service tries. A lease may be lost to its
 * end while the database was not reached.
 */
const EXPECTED = new Set(["200", "409 held", "409 lost", "503 unavailable"]);

/** By one's own clock, as the API says. */
function reliableUntil(sentAt: number, lease: { waitedMs: number; remainingMs: number }): number {
  return sentAt + lease.waitedMs + lease.remainingMs;
}

function hot(): string {
  return `hot-${Math.floor(Math.random() * HOT)}`;
}

function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
