import { describe } from "vitest";
import { type ContractClients, contractClients, type StoreContract } from "./clients.ts";
import { mutexContract } from "./mutex.ts";
import { namesContract } from "./names.ts";
import { readWriteContract } from "./read-write.ts";
import { repeatedContract } from "./repeated.ts";
import { repliesContract } from "./replies.ts";
import { runContract } from "./run.ts";
import { semaphoreContract } from "./semaphore.ts";
import { severalContract } from "./several.ts";
import { waitingContract } from "./waiting.ts";
import { wakeUpContract } from "./wake-ups.ts";

export type { StoreContract } from "./clients.ts";

const parts: Record<string, (clients: ContractClients) => void> = {
  "what scripts send and answer": repliesContract,
  "how scripts run": runContract,
  "wake-ups": wakeUpContract,
  mutexes: mutexContract,
  waiting: waitingContract,
  "read/write locks": readWriteContract,
  semaphores: semaphoreContract,
  "several names at once": severalContract,
  "requests that are executed again": repeatedContract,
  "names, inspection and lists": namesContract,
};

/**
 * Registers the tests that every store must pass, with Vitest: replies and errors of `run`, `subscribe` where there is
 * one, and every kind of lock over it. Call it at the top of a test file. Takes some seconds on a server that is near;
 * uses names of its own, so the server may be shared.
 *
 * @param contract the store under test.
 * @example
 * storeContract({ name: "myStore", makeStore: () => myStore(process.env.REDIS_URL) });
 */
export function storeContract(contract: StoreContract): void {
  describe(`store contract: ${contract.name}`, () => {
    const clients = contractClients(contract);
    for (const [title, register] of Object.entries(parts)) describe(title, () => register(clients));
  });
}
