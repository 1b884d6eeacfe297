import { type Gateway, type MeterReading, startGateway } from "@holdfast/gateway";
import { type LockServiceOptions, lockService } from "@holdfast/hono";
import type { CreatedKey, LeaseAnswer } from "@holdfast/protocol";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

/** What a thousand of something cost at the database. */
export interface Cost {
  readonly what: string;
  readonly requests: number;
  /** As Upstash counts: a script, and each call inside it. */
  readonly billed: number;
}

const OPERATOR_KEY = "operator-key-of-the-cost-test-0001";

/** A service in this process: what it costs does not depend on where it runs. */
export interface Measured {
  readonly gateway: Gateway;
  /** @returns the body of a 2xx answer, and undefined for any other. */
  post<T>(path: string, body: object): Promise<T | undefined>;
  get(path: string): Promise<void>;
  lock(name: string): Promise<LeaseAnswer["lease"]>;
  unlock(lease: LeaseAnswer["lease"]): Promise<void>;
}

const TIMES = 5;
const WARM = 2;

export async function measureCosts(): Promise<Cost[]> {
  const gateway = await startGateway({ port: 0 });
  try {
    const costs: Cost[] = [];
    for (const scenario of SCENARIOS) costs.push(await measure(gateway, scenario, costs.length));
    return costs;
  } finally {
    await gateway.close();
  }
}

async function measure(gateway: Gateway, { what, options, key, once }: Scenario, nth: number): Promise<Cost> {
  await gateway.command("FLUSHALL");
  const redis = { url: gateway.url, token: "local-token" };
  // Each with a name of its own: services are kept by their options, and a new one knows nothing of the last.
  const namespace = `costs-${nth}`;
  const service = { redis, operatorKey: OPERATOR_KEY, namespace, ...options };
  const token = key ? await createKey(service, key) : OPERATOR_KEY;
  const { measured, settled } = client(gateway, service, token);
  // The first request teaches the database its scripts and sets the history's time to live.
  const lease = await measured.lock("held");
  for (let warm = 0; warm < WARM; warm++) await once(measured, `warm-${warm}`, lease);
  await settled();
  await gateway.meter.reset();
  for (let i = 0; i < TIMES; i++) await once(measured, `lock-${i}`, lease);
  await settled();
  const { requests, billedCommands } = await gateway.meter.read();
  return { what, requests: per1000(requests), billed: per1000(billedCommands) };
}

function per1000(count: MeterReading["requests"]): number {
  return Math.round((count * 1000) / TIMES);
}

async function createKey(service: LockServiceOptions, rights: object): Promise<string> {
  const { measured } = client(undefined as never, service, OPERATOR_KEY);
  const created = await measured.post<CreatedKey>("/v1/keys", {
    label: "cost",
    scopes: ["locks:acquire", "locks:read"],
    ...rights,
  });
  if (!created) throw new Error("no key was created");
  return created.key;
}

function client(gateway: Gateway, options: LockServiceOptions, token: string) {
  const app = lockService(options);
  let works: Promise<unknown>[] = [];
  const context = {
    waitUntil: (work: Promise<unknown>) => void works.push(work),
    passThroughOnException() {},
    props: {},
  };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const ask = async (path: string, init: RequestInit) => app.request(path, { ...init, headers }, {}, context);
  const measured: Measured = {
    gateway,
    async post<T>(path: string, body: object) {
      const answer = await ask(path, { method: "POST", body: JSON.stringify(body) });
      const text = await answer.text();
      return answer.ok ? (JSON.parse(text || "null") as T) : undefined;
    },
    async get(path) {
      const answer = await ask(path, {});
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    async lock(name) {
      const answer = await measured.post<LeaseAnswer>(`/v1/locks/${name}/acquire`, { waitMs: 0 });
      if (!answer) throw new Error(`${name} was not free`);
      return answer.lease;
    },
    async unlock({ name, owner, attemptId, fence }) {
      await measured.post(`/v1/locks/${name}/release`, { owner, attemptId, fence });
    },
  };
  /** Everything that was left to `waitUntil` is done. */
  const settled = async () => {
    while (works.length > 0) {
      const open = works;
      works = [];
      await Promise.allSettled(open);
    }
  };
  return { measured, settled };
}
