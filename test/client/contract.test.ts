import type { LocksOptions, Store } from "@holdfast/core";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import type { ContractClients } from "../../packages/testing/src/contract/clients.ts";
import { mutexContract } from "../../packages/testing/src/contract/mutex.ts";
import { readWriteContract } from "../../packages/testing/src/contract/read-write.ts";
import { repeatedContract } from "../../packages/testing/src/contract/repeated.ts";
import { semaphoreContract } from "../../packages/testing/src/contract/semaphore.ts";
import { severalContract } from "../../packages/testing/src/contract/several.ts";
import { waitingContract } from "../../packages/testing/src/contract/waiting.ts";
import { type RunningService, startService } from "./service.ts";

// What every store must pass, for the locks behind the service. Where the contract has a store, here is the way to the
// service: `run` is its `fetch`, so what cuts a store off or sends everything twice does so to a client's requests.

type Way = (...request: Parameters<typeof fetch>) => ReturnType<typeof fetch>;

const open = { run: (...request: Parameters<Way>) => fetch(...request), subscribe() {} };

describe("lock contract: the client", () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service?.[Symbol.asyncDispose]());

  const clients: ContractClients = {
    store: async () => open as unknown as Store,
    async locks({ store, ...options }: Partial<LocksOptions> = {}) {
      if (!store) return service.client(options).client;
      const through = store.run as unknown as Way;
      const way: Way = async (url, init) => {
        if (!store.subscribe && String(url).endsWith("/v1/wake-ups"))
          return new Response("", { status: 404 });
        return through(url, init);
      };
      return service.client({ ...options, fetch: way }).client;
    },
    name: () => service.name(),
    async untilWaiting(name, count) {
      await vi.waitFor(async () => expect((await service.beside.inspect(name)).waiting).toBe(count), {
        timeout: 10_000,
        interval: 10,
      });
    },
    async enqueue(name, ...waits) {
      const started: ReturnType<(typeof waits)[number]>[] = [];
      for (const wait of waits) {
        const waiting = wait();
        waiting.catch(() => {});
        started.push(waiting);
        await clients.untilWaiting(name, started.length);
      }
      return started;
    },
  };
  describe("mutexes", () => mutexContract(clients));
  describe("waiting", () => waitingContract(clients));
  describe("read/write locks", () => readWriteContract(clients));
  describe("semaphores", () => semaphoreContract(clients));
  describe("several names at once", () => severalContract(clients));
  describe("requests that are executed again", () => repeatedContract(clients));
});
