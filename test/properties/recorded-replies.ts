import {
  type AcquireOptions,
  createGuard,
  createLocks,
  type Guard,
  type LeaseJSON,
  type Locks,
  type RestStoreOptions,
  restStore,
  type Store,
} from "@holdfast/core";
import { survey } from "@holdfast/core/commands";
import { startGateway } from "@holdfast/gateway";
import * as generated from "../../packages/core/src/lock/scripts.generated.ts";

/** What a call goes through, over a store that answers what a test wants. */
export interface Client {
  readonly locks: Locks;
  readonly guard: Guard;
  readonly store: Store;
}

/** A public call that sends one script, and what the store answers it when all is well. */
export interface Call {
  readonly script: string;
  /** How many names a grant is of. */
  readonly grants?: number;
  readonly run: (client: Client) => Promise<unknown>;
}

const NAME = "a name";
export const TTL_MS = 20_000;
const ATTEMPT = "sEcret-attempt-of-the-caller";
export const TOKEN = "sEcret-token-of-the-store";
const OWNER = "sEcret-owner-of-the-lease";

const options: AcquireOptions = { ttlMs: TTL_MS, attemptId: ATTEMPT, waitMs: 1000 };
const { waitMs: _, ...trying } = options;
const leaseJson: LeaseJSON = {
  version: 1,
  name: NAME,
  mode: "shared",
  owner: OWNER,
  attemptId: ATTEMPT,
  fence: 7,
  acquiredAt: 1000,
  expiresAt: 31_000,
  ttlMs: TTL_MS,
};

/** Every public function that asks the store. */
export const calls: Readonly<Record<string, Call>> = {
  acquire: { script: "acquire", grants: 1, run: ({ locks }) => locks.acquire(NAME, options) },
  tryAcquire: { script: "acquire", grants: 1, run: ({ locks }) => locks.tryAcquire(NAME, trying) },
  request: {
    script: "acquire",
    grants: 1,
    run: ({ locks }) => locks.request(NAME, options, (lease) => lease),
  },
  read: { script: "acquire", grants: 1, run: ({ locks }) => locks.readWrite(NAME).read.acquire(options) },
  write: { script: "acquire", grants: 1, run: ({ locks }) => locks.readWrite(NAME).write.tryAcquire(trying) },
  semaphore: {
    script: "acquire",
    grants: 1,
    run: ({ locks }) => locks.semaphore(NAME, { permits: 3 }).tryAcquire({ ...trying, weight: 2 }),
  },
  campaign: {
    script: "acquire",
    grants: 1,
    run: ({ locks }) => locks.election(NAME).campaign({ ttlMs: TTL_MS }),
  },
  acquireAll: { script: "acquire-all", grants: 2, run: ({ locks }) => locks.acquireAll(["a", "b"], options) },
  extend: { script: "extend", run: ({ locks }) => locks.adopt(leaseJson).extend() },
  release: { script: "release", run: ({ locks }) => locks.adopt(leaseJson).release() },
  upgrade: { script: "convert", run: ({ locks }) => locks.readWrite(NAME).upgrade(locks.adopt(leaseJson)) },
  downgrade: {
    script: "convert",
    run: ({ locks }) => locks.readWrite(NAME).downgrade(locks.adopt(leaseJson)),
  },
  resize: { script: "resize", run: ({ locks }) => locks.semaphore(NAME, { permits: 3 }).resize(4) },
  inspect: { script: "inspect", run: ({ locks }) => locks.inspect(NAME) },
  leader: { script: "inspect", run: ({ locks }) => locks.election(NAME).leader() },
  observe: {
    script: "inspect",
    run: ({ locks }) => locks.election(NAME).observe()[Symbol.asyncIterator]().next(),
  },
  list: { script: "list", run: ({ locks }) => locks.list() },
  survey: { script: "survey", run: ({ store }) => survey(store, "holdfast") },
  forceRelease: { script: "force-release", run: ({ locks }) => locks.forceRelease(NAME) },
  countDown: {
    script: "latch",
    run: ({ locks }) => locks.latch(NAME, { count: 3 }).countDown(1, { attemptId: ATTEMPT }),
  },
  remaining: { script: "latch", run: ({ locks }) => locks.latch(NAME, { count: 3 }).remaining() },
  "latch.wait": {
    script: "latch",
    run: ({ locks }) => locks.latch(NAME, { count: 3 }).wait({ waitMs: 1000 }),
  },
  "guard.set": { script: "guard", run: ({ guard }) => guard.set(NAME, "value", { fence: 7 }) },
  "guard.delete": { script: "guard", run: ({ guard }) => guard.delete(NAME, { fence: 7 }) },
};

/** A client over `fetch`, of a store that tries a request twice. */
export function clientOf(rest: Partial<RestStoreOptions> & Pick<RestStoreOptions, "fetch">): Client {
  const store = restStore({
    url: "http://127.0.0.1:1",
    token: TOKEN,
    retry: { retries: 1, minDelayMs: 10 },
    ...rest,
  });
  const clock = rest.clock ? { clock: rest.clock } : {};
  return { locks: createLocks({ store, ...clock }), guard: createGuard({ store, ...clock }), store };
}

const scripts = new Map(
  Object.values(generated).flatMap(({ name, digest, keyLockingDigest }) => [
    [digest, name],
    [keyLockingDigest, name],
  ]),
);

const KEYS_PER_NAME = 5;

/** Which script a request runs, if by its digest, and over how many keys. */
function sent(init: RequestInit | undefined): { script: string | undefined; keys: number } {
  const [, digest = "", keys] = JSON.parse(String(init?.body)) as string[];
  return { script: scripts.get(digest), keys: Number(keys) };
}

/** A store that answers one script with `body`, and every other one as it is used to. */
export function answering(recorded: Recorded, script: string, body: () => BodyInit): typeof fetch {
  return async (_url, init) => {
    const other = sent(init).script ?? script;
    return new Response(other === script ? body() : (recorded.get(other)?.[0] ?? '{"result":0}'));
  };
}

/** Bodies that the scripts really answered with, on a real engine, by script. */
export type Recorded = ReadonlyMap<string, readonly string[]>;

/** Goes through grants, waits, refusals and everything else that a script can answer, and writes the answers down. */
export async function recordReplies(): Promise<Recorded> {
  const gateway = await startGateway({ port: 0, tokens: TOKEN });
  const recorded = new Map<string, string[]>();
  const fetch: typeof globalThis.fetch = async (url, init) => {
    if (String(url).includes("/subscribe/")) return new Response("", { status: 404 });
    const response = await globalThis.fetch(url, init);
    const body = await response.text();
    const { script, keys } = sent(init);
    // The calls are about one name, but for acquireAll.
    if (script && response.ok && (keys <= KEYS_PER_NAME || script === "acquire-all"))
      recorded.set(script, [...(recorded.get(script) ?? []), body]);
    return new Response(body, response);
  };
  try {
    const { locks, guard, store } = clientOf({ url: gateway.url, token: TOKEN, fetch });
    const patient = { ttlMs: TTL_MS, waitMs: 10_000 };
    const hasty = { ttlMs: TTL_MS, waitMs: 50 };
    const failing = (work: Promise<unknown>) => work.catch(() => {});
    // Once unrecorded: a script that is new to the server is not answered by its digest.
    for (const { run } of Object.values(calls)) await failing(run({ locks, guard, store }));

    const lease = await locks.acquire("mutex", { ...patient, metadata: { job: [1, "ü"] } });
    const waiting = failing(locks.acquire("mutex", { ...hasty, waitMs: 300, metadata: "next" }));
    await failing(locks.tryAcquire("mutex"));
    await failing(locks.acquire("mutex", { ...hasty, maxWaiters: 1 }));
    await failing(locks.acquireAll(["mutex", "other"], { ...hasty, waitMs: 0 }));
    await failing(locks.semaphore("mutex", { permits: 2 }).tryAcquire());
    await locks.inspect("mutex");
    await locks.list();
    await survey(store, "holdfast");
    await lease.extend();
    await waiting;
    await locks.forceRelease("mutex");
    await lease.release();
    await failing(lease.extend());
    await failing(
      locks.acquire("mutex", { ...options, attemptId: "attempt-1" }).then((mine) => mine.release()),
    );
    await failing(locks.acquire("mutex", { ...options, attemptId: "attempt-1" }));
    await (await locks.acquireAll(["one", "two"], patient)).release();

    const page = locks.readWrite("page");
    const readers = [await page.read.acquire(patient), await page.read.acquire(patient)] as const;
    await failing(page.upgrade(readers[0]));
    await readers[1].release();
    await page.upgrade(readers[0]);
    await page.downgrade(readers[0]);
    await locks.inspect("page");
    await survey(store, "holdfast", { prefix: "page" });
    await locks.semaphore("pool", { permits: 3 }).tryAcquire({ ...trying, weight: 2 });
    await locks.semaphore("pool", { permits: 3 }).resize(4);
    await locks.forceRelease("pool");
    const latch = locks.latch("latch", { count: 2 });
    await latch.remaining();
    await latch.countDown();
    await latch.countDown();
    await guard.set("guarded", "value", { fence: 9 });
    await guard.set("guarded", "value", { fence: 8 });
    return recorded;
  } finally {
    await gateway.close();
  }
}
