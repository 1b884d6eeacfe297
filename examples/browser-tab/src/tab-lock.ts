/** Where the page's own server passes requests on to the lock service: the key of the service stays there. */
const LOCKS = "/locks";
/** Hidden tabs get their timers once a minute (Chromium's intensive throttling), so a lease has to outlast one. */
const TTL_MS = 150_000;
/** As long as the service holds a request open. */
const WAIT_MS = 25_000;
/** Not every server learns that a tab was closed while it waited: its grant then blocks the others this long, not for a TTL. */
const FIRST_TTL_MS = 10_000;

interface HttpLease {
  readonly owner: string;
  readonly fence: number;
  readonly remainingMs: number;
  readonly waitedMs: number;
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
    const response = await post(name, "acquire", { ttlMs: FIRST_TTL_MS, waitMs: WAIT_MS }, { signal });
    if (response.ok) return keep(name, (await response.json()).lease as HttpLease, sentAt);
    // 409: still held after all that waiting. Everything else is no question of patience.
    if (response.status !== 409) throw new Error(`the lock service answered ${response.status}`);
  }
}

function keep(name: string, lease: HttpLease, sentAt: number): TabLock {
  const { owner, fence } = lease;
  const over = new AbortController();
  let endsAt = 0;
  let endsOnWall = 0;
  // Counted from before the answer was given, on the clock on the wall as well: a laptop that sleeps stops the other one.
  function lasts({ remainingMs, waitedMs }: HttpLease, sentAt: number): void {
    endsAt = sentAt + waitedMs + remainingMs;
    endsOnWall = Date.now() + endsAt - performance.now();
  }
  const leftMs = () => Math.min(endsAt - performance.now(), endsOnWall - Date.now());

  let ended = false;
  let expiry = 0;
  let renewal = 0;
  function arm(): void {
    clearTimeout(expiry);
    clearTimeout(renewal);
    expiry = setTimeout(lose, leftMs());
    renewal = setTimeout(renew, Math.max(leftMs() / 3, 1000));
  }
  // Frozen tabs get no timers at all. Looking when the tab is seen again is in time for what its user does next.
  const look = () => leftMs() <= 0 && lose();
  document.addEventListener("visibilitychange", look);
  // A closed tab gives back at once: keepalive lets the request outlive the page.
  const leave = () => post(name, "release", { owner, fence }, { keepalive: true }).catch(() => {});
  addEventListener("pagehide", leave, { once: true });
  lasts(lease, sentAt);
  arm();
  void renew();

  async function renew(): Promise<void> {
    const sentAt = performance.now();
    const answer = await post(name, "extend", { owner, fence, ttlMs: TTL_MS }).catch(() => null);
    if (ended) return;
    if (answer?.status === 409) return lose();
    // No answer: the lease is what it was, and is asked for again in a moment.
    if (answer?.ok) lasts((await answer.json()).lease, sentAt);
    if (ended) return;
    arm();
  }
  function stop(): void {
    ended = true;
    clearTimeout(expiry);
    clearTimeout(renewal);
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
