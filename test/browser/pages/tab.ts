import { type Client, type ClientOptions, createClient, watchWorker } from "@holdfast/client";
import type { Lease } from "@holdfast/core";

// A page that a test drives: it holds locks, and says how they are.

const { service, key, ...more } = Object.fromEntries(new URLSearchParams(location.search));

function clientOf(options: Partial<ClientOptions> = {}): Client {
  // As an application does it, so that what is sent at the end of the page has a token that came from elsewhere.
  return createClient({ url: service ?? "", getToken: async () => key ?? "", ...options });
}

const client = clientOf(more.keep === undefined ? {} : { releaseOnPageHide: false });
const leases = new Map<string, Lease>();
const waits = new Map<string, Promise<void>>();
// What drives Chromium loses sight of a page that comes back out of the back/forward cache, so it speaks for itself.
addEventListener("pageshow", ({ persisted }) => {
  const report = () => {
    const states = [...leases.keys(), ...waits.keys()].map((name) => [name, tab.state(name)]);
    void fetch("report", { method: "POST", body: JSON.stringify(Object.fromEntries(states)) });
  };
  if (persisted) setInterval(report, 50);
});

export interface Tab {
  take(name: string, options?: object): Promise<number>;
  /** Waits in the background. */
  want(name: string): void;
  release(name: string): Promise<string | undefined>;
  state(name: string): string;
  /** A worker of this page takes the name; it is ended by `terminate`. */
  startWorker(name: string, wanted?: string): Promise<void>;
  terminate(): void;
}

let worker: Worker | undefined;

const tab: Tab = {
  async take(name, options) {
    const lease = await client.acquire(name, { ttlMs: 60_000, ...options });
    leases.set(name, lease);
    return lease.fence;
  },
  want(name) {
    waits.set(
      name,
      client.acquire(name, { ttlMs: 60_000, waitMs: Number.POSITIVE_INFINITY }).then((lease) => {
        leases.set(name, lease);
      }),
    );
  },
  release: async (name) => leases.get(name)?.release(),
  state(name) {
    const lease = leases.get(name);
    if (!lease) return waits.has(name) ? "waiting" : "nothing";
    return lease.signal.aborted ? `lost: ${lease.signal.reason.reason}` : `${lease.remainingMs() > 0}`;
  },
  async startWorker(name, wanted) {
    worker = new Worker("worker.js", { type: "module" });
    const port = watchWorker(client);
    const taken = new Promise<void>((resolve, reject) => {
      worker?.addEventListener("message", ({ data }) => (data === "taken" ? resolve() : reject(data)));
    });
    worker.postMessage({ service, key, port, name, wanted }, [port]);
    await taken;
  },
  terminate: () => worker?.terminate(),
};
Object.assign(globalThis, { tab });
