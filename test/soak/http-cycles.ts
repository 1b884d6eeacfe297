import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { anyOf, between } from "./chance.ts";
import { hot, type Names } from "./names.ts";
import { sharedNow, type Visits, WHOLE } from "./visits.ts";

/** One who uses the worker's HTTP API, as a browser or a service does: it knows nothing of Redis. */
export interface HttpActor {
  readonly url: string;
  readonly token: string;
  readonly names: Names;
  readonly visits: Visits;
}

/** An answer of the worker's other than success. */
class ProblemError extends Error {
  readonly code: string;

  constructor(verb: string, status: number, code: string) {
    super(`${verb}: HTTP ${status} ${code}`);
    this.code = code;
  }
}

/** The network or the runtime lost the request. */
class NoAnswerError extends Error {}

interface LeaseBody {
  readonly name: string;
  readonly owner: string;
  readonly attemptId: string;
  readonly fence: number;
  readonly expiresAt: number;
}

type HttpCycle = (actor: HttpActor) => Promise<void>;

/** Every way in which the HTTP API is used here, with how often: the numbers are shares. */
export const HTTP_CYCLES: Record<string, readonly [share: number, cycle: HttpCycle]> = {
  "HTTP mutex": [8, (actor) => hold(actor, hot("mutex"), { ttlMs: 3000, waitMs: 5000 })],
  "HTTP fresh name": [6, (actor) => hold(actor, actor.names.fresh("http"), { ttlMs: 10_000 })],
  "HTTP asked once": [4, (actor) => hold(actor, hot("mutex"), { ttlMs: 2000, waitMs: 0 })],
  "HTTP timed out": [2, (actor) => hold(actor, hot("busy"), { ttlMs: 2000, waitMs: 100 }, 300)],
  "HTTP extended": [
    2,
    async (actor) => {
      const lease = await acquire(actor, actor.names.fresh("http"), { ttlMs: 1000 });
      const { owner, attemptId, fence } = lease;
      await post(actor, lease.name, "extend", { owner, attemptId, fence, ttlMs: 3000 });
      await release(actor, lease);
    },
  ],
  "HTTP repeated": [
    2,
    async (actor) => {
      const [name, body] = [actor.names.fresh("http"), { ttlMs: 3000, attemptId: randomUUID() }];
      const [one] = await Promise.all([acquire(actor, name, body), acquire(actor, name, body)]);
      await release(actor, one);
    },
  ],
  "HTTP left": [
    2,
    async (actor) => {
      const caller = new AbortController();
      const leaves = setTimeout(() => caller.abort(), between(0, 300));
      try {
        await hold(actor, hot("busy"), { ttlMs: 2000, waitMs: 5000 }, 300, caller.signal);
      } finally {
        clearTimeout(leaves);
      }
    },
  ],
  "HTTP never released": [
    1,
    async (actor) => {
      const lease = await acquire(actor, anyOf([actor.names.fresh("http"), hot("busy")]), { ttlMs: 1000 });
      await stay(actor, lease, between(0, 1200));
    },
  ],
  "HTTP inspected": [1, (actor) => request(actor, hot("mutex"), { method: "GET" }).then(() => {})],
};

const EXPECTED = ["held", "unavailable", "lost"];

/** The code of a failure that has to be expected here; undefined for any other. */
export function codeOfHttp(error: unknown): string | undefined {
  if (error instanceof DOMException && error.name === "AbortError") return "aborted";
  if (error instanceof NoAnswerError) return "no answer";
  return error instanceof ProblemError ? EXPECTED.find((code) => code === error.code) : undefined;
}

async function hold(
  actor: HttpActor,
  name: string,
  body: object,
  mostMs = 120,
  signal?: AbortSignal,
): Promise<void> {
  const lease = await acquire(actor, name, body, signal);
  await stay(actor, lease, between(0, mostMs));
  await release(actor, lease);
}

async function stay({ visits }: HttpActor, lease: LeaseBody, forMs: number): Promise<void> {
  const from = sharedNow();
  if (lease.expiresAt <= Date.now()) return;
  await sleep(forMs);
  const to = sharedNow() - Math.max(0, Date.now() - lease.expiresAt);
  visits.add({ name: lease.name, ...WHOLE, fence: lease.fence, from, to });
}

async function acquire(actor: HttpActor, name: string, body: object, signal?: AbortSignal) {
  return (await post(actor, name, "acquire", body, signal)).lease as LeaseBody;
}

async function release(actor: HttpActor, lease: LeaseBody): Promise<void> {
  const { name, owner, attemptId, fence, expiresAt } = lease;
  await post(actor, name, "release", { owner, attemptId, fence, expiresAt });
}

function post(actor: HttpActor, name: string, verb: string, body: object, signal?: AbortSignal) {
  return request(actor, `${name}/${verb}`, {
    method: "POST",
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

async function request({ url, token }: HttpActor, path: string, init: RequestInit) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/v1/locks/${path}`, { ...init, headers });
    text = await response.text();
  } catch (error) {
    if (error instanceof DOMException) throw error;
    throw new NoAnswerError(`${init.method} ${path}`, { cause: error });
  }
  const answer = parse(text);
  if (!response.ok) throw new ProblemError(path, response.status, answer.code ?? text.slice(0, 200));
  return answer;
}

function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
