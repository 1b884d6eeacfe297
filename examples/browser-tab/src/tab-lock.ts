/** Where the page's own server passes requests on to the lock service: the key of the service stays there. */
const LOCKS = "/locks";
/** Hidden tabs get their timers once a minute (Chromium's intensive throttling), so a lease has to outlast one. */
const TTL_MS = 150_000;
/** As long as the service holds a request open. */
const WAIT_MS = 25_000;

interface HttpLease {
  readonly owner: string;
  readonly fence: number;
  readonly remainingMs: number;
}

/** A name that this tab holds. */
export interface TabLock {
  /** Greater than that of every earlier holder: send it along with each save. */
  readonly fence: number;
  /** Aborts when the name may be somebody else's. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

/** Waits for its turn until `signal` aborts. */
export async function takeInTab(name: string, signal: AbortSignal): Promise<TabLock> {
  for (;;) {
    const sentAt = performance.now();
    const response = await post(name, "acquire", { ttlMs: TTL_MS, waitMs: WAIT_MS }, { signal });
    if (response.ok) return keep(name, (await response.json()).lease as HttpLease, sentAt);
    // 409: still held after all that waiting. Everything else is no question of patience.
    if (response.status !== 409) throw new Error(`the lock service answered ${response.status}`);
  }
}

function keep(name: string, { owner, fence, remainingMs }: HttpLease, sentAt: number): TabLock {
  const over = new AbortController();
  // Counted from before the request left, on the clock on the wall as well: a laptop that sleeps stops the other one.
  let endsAt = sentAt + remainingMs;
  let endsOnWall = Date.now() + endsAt - performance.now();
  const leftMs = () => Math.min(endsAt - performance.now(), endsOnWall - Date.now());

  const timer = setInterval(() => (leftMs() <= 0 ? lose() : void renew()), TTL_MS / 10);
  // Frozen tabs get no timers at all. Looking when the tab is seen again is in time for what its user does next.
  const look = () => leftMs() <= 0 && lose();
  document.addEventListener("visibilitychange", look);
  // A closed tab gives back at once: keepalive lets the request outlive the page.
  const leave = () => void post(name, "release", { owner, fence }, { keepalive: true });
  addEventListener("pagehide", leave, { once: true });

  async function renew(): Promise<void> {
    const sentAt = performance.now();
    const answer = await post(name, "extend", { owner, fence, ttlMs: TTL_MS }).catch(() => null);
    if (answer?.status === 409) lose();
    if (!answer?.ok || over.signal.aborted) return; // no answer: the lease is what it was, the next tick asks again
    const { lease } = (await answer.json()) as { lease: HttpLease };
    endsAt = sentAt + lease.remainingMs;
    endsOnWall = Date.now() + endsAt - performance.now();
  }
  function stop(): void {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
    removeEventListener("pagehide", leave);
  }
  function lose(): void {
    stop();
    over.abort(new Error(`the lock on ${name} is lost`));
  }
  return {
    fence,
    signal: over.signal,
    async release() {
      stop();
      await post(name, "release", { owner, fence });
    },
  };
}

function post(name: string, verb: string, body: object, init: RequestInit = {}): Promise<Response> {
  return fetch(`${LOCKS}/${encodeURIComponent(name)}/${verb}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...init,
  });
}
