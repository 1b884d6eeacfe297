import { createLocks, type Locks, type LocksOptions, type Store } from "@holdfast/core";
import { afterAll, expect, vi } from "vitest";

/** A store that is to be shown to be one. */
export interface StoreContract {
  /** For the suite's title. */
  readonly name: string;
  /** Makes a store as another process would: with a connection and a script cache of its own, on the same server. */
  readonly makeStore: () => Store | Promise<Store>;
  /** Lets go of what {@link StoreContract.makeStore} opened. Called once for each store, after the tests. */
  readonly closeStore?: (store: Store) => void | Promise<void>;
}

/** What the parts of the contract use. */
export interface ContractClients {
  store(): Promise<Store>;
  /** Locks of a client of its own. */
  locks(options?: Partial<LocksOptions>): Promise<Locks>;
  /** A name, or key, that nobody else uses. */
  name(): string;
  /** Starts the waits one after the other, each once the server shows the one before. */
  enqueue<T>(name: string, ...waits: (() => Promise<T>)[]): Promise<Promise<T>[]>;
  untilWaiting(name: string, count: number): Promise<void>;
}

/** How long a condition may take: servers may be far. */
const PATIENCE = { timeout: 10_000, interval: 10 };

export function contractClients({ makeStore, closeStore }: StoreContract): ContractClients {
  const unique = crypto.randomUUID();
  const namespace = `contract-${unique}`;
  const stores: Store[] = [];
  let names = 0;
  let watching: Promise<Locks> | undefined;
  afterAll(async () => {
    for (const store of stores) await closeStore?.(store);
  });

  async function store(): Promise<Store> {
    const made = await makeStore();
    stores.push(made);
    return made;
  }
  async function locks(options: Partial<LocksOptions> = {}): Promise<Locks> {
    return createLocks({ namespace, ...options, store: options.store ?? (await store()) });
  }
  async function untilWaiting(name: string, count: number): Promise<void> {
    watching ??= locks();
    const watch = await watching;
    await vi.waitFor(async () => expect((await watch.inspect(name)).waiting).toBe(count), PATIENCE);
  }
  return {
    store,
    locks,
    untilWaiting,
    name: () => `${unique}-${++names}`,
    async enqueue(name, ...waits) {
      const started: ReturnType<(typeof waits)[number]>[] = [];
      for (const wait of waits) {
        const waiting = wait();
        waiting.catch(() => {});
        started.push(waiting);
        await untilWaiting(name, started.length);
      }
      return started;
    },
  };
}

/** The same store, cut off for good by `die()`: as of a process that was killed. */
export function mortal(store: Store): { readonly store: Store; die(): void } {
  let dead = false;
  const cut = new AbortController();
  const never = () => new Promise<never>(() => {});
  return {
    store: {
      ...store,
      run: async (...args) => {
        const reply = dead ? never() : store.run(...args);
        return reply.then((answer) => (dead ? never() : answer));
      },
      ...(store.subscribe && {
        subscribe: (channel: string, hear: (message: string) => void, signal: AbortSignal) =>
          store.subscribe?.(
            channel,
            (message) => dead || hear(message),
            AbortSignal.any([signal, cut.signal]),
          ) as never,
      }),
    },
    die() {
      dead = true;
      cut.abort();
    },
  };
}

/** The same store without wake-ups: its waiters poll. */
export function withoutWakeUps(store: Store): Store {
  const { subscribe: _, ...others } = store;
  return others;
}
