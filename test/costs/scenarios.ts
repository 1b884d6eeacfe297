import { setTimeout as sleep } from "node:timers/promises";
import type { LockServiceOptions } from "@holdfast/hono";
import type { LeaseAnswer } from "@holdfast/protocol";
import type { Measured } from "./measure.ts";

type Lease = LeaseAnswer["lease"];

export interface Scenario {
  /** As the table in docs/service/costs.md has it. */
  readonly what: string;
  readonly options: Partial<LockServiceOptions>;
  /** The rights of the API key to use; without, the operator's. */
  readonly key?: object;
  /** @param lease - Of another name, taken before. */
  once(service: Measured, name: string, lease: Lease): Promise<void>;
}

const UNRECORDED = { history: false } as const;
const PATIENCE_MS = 10_000;

async function pair(service: Measured, name: string): Promise<void> {
  await service.unlock(await service.lock(name));
}

/** One holds it, another waits in a request that is held open, and gets it by the release. */
async function handOver(service: Measured, name: string): Promise<void> {
  const first = await service.lock(name);
  const before = await stateOf(service, name);
  const waiting = service.post<LeaseAnswer>(`/v1/locks/${name}/acquire`, { waitMs: 20_000 });
  await untilChanged(service, name, before);
  await service.unlock(first);
  const second = await waiting;
  if (!second) throw new Error(`${name} was not handed over`);
  await service.unlock(second.lease);
}

/** What the database keeps of the name, its queue included: looked at past the meter. */
async function stateOf({ gateway }: Measured, name: string): Promise<string> {
  const [key = ""] = (await gateway.command("KEYS", `*{${name}}`)) as string[];
  return String(await gateway.command("GET", key));
}

async function untilChanged(service: Measured, name: string, before: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while ((await stateOf(service, name)) === before) {
    if (performance.now() > deadline) throw new Error(`nobody waits for ${name}`);
    await sleep(5);
  }
}

async function extension(service: Measured, _name: string, lease: Lease): Promise<void> {
  const { name, owner, attemptId, fence } = lease;
  await service.post(`/v1/locks/${name}/extend`, { owner, attemptId, fence });
}

async function refusal(service: Measured, _name: string, { name }: Lease): Promise<void> {
  await service.post(`/v1/locks/${name}/acquire`, { waitMs: 0 });
}

const rateLimit = { requests: 1_000_000, windowMs: 3_600_000 };

export const SCENARIOS: readonly Scenario[] = [
  { what: "a free lock: acquire and release", options: UNRECORDED, once: pair },
  { what: "… with history", options: {}, once: pair },
  { what: "… with an API key, remembered", options: UNRECORDED, key: {}, once: pair },
  {
    what: "… with an API key, looked up each time",
    options: { ...UNRECORDED, keyCacheMs: 0 },
    key: {},
    once: pair,
  },
  {
    what: "… with an API key, remembered, and its rate limit",
    options: UNRECORDED,
    key: { rateLimit },
    once: pair,
  },
  { what: "extend", options: {}, once: extension },
  { what: "asked in vain (409 held, waitMs 0)", options: {}, once: refusal },
  {
    what: "handed over: two acquires, one of which waits, and two releases",
    options: UNRECORDED,
    once: handOver,
  },
  { what: "… with history", options: {}, once: handOver },
];
