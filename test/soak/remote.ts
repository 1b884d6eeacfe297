import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** What a process can be asked for: functions by name, of values that JSON can carry. */
// biome-ignore lint/suspicious/noExplicitAny: each process has functions of its own
type Calls<C> = { [K in keyof C]: (...args: any[]) => unknown };

/** A process that answers calls. It ends with this one, however that ends. */
export interface Remote<C extends Calls<C>> extends AsyncDisposable {
  readonly pid: number;
  /** @throws Error with the process's own message, or when it has ended. */
  call<K extends keyof C>(name: K, ...args: Parameters<C[K]>): Promise<Awaited<ReturnType<C[K]>>>;
  /** Rejects if the process ends before it was told to. */
  readonly failure: Promise<never>;
}

const STOP_TIMEOUT_MS = 5000;

/** Starts a file that calls {@link serve}; `what` names it in messages. */
export async function startRemote<C extends Calls<C>>(file: URL, what: string): Promise<Remote<C>> {
  // The garbage collector at hand: what a process keeps is what is left after it.
  const child = fork(file, { execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"] });
  const ended = once(child, "exit");
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let stopping = false;
  let last = 0;

  const failure = ended.then(([code, signal]) => {
    const error = new Error(`${what} has ended (${signal ?? `exit code ${code}`})`);
    for (const { reject } of open.values()) reject(error);
    open.clear();
    return stopping ? new Promise<never>(() => {}) : Promise.reject(error);
  });
  failure.catch(() => {});
  await Promise.race([once(child, "message"), failure]);
  child.on("message", ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
    if (error === undefined) open.get(id)?.resolve(result);
    else open.get(id)?.reject(new Error(`${what}: ${error}`));
    open.delete(id);
  });

  return {
    pid: child.pid as number,
    failure,
    call(name, ...args) {
      if (!child.connected) return Promise.reject(new Error(`${what} has ended`));
      const id = ++last;
      const answer = Promise.withResolvers<unknown>();
      open.set(id, answer);
      child.send({ id, name, args });
      return answer.promise as never;
    },
    async [Symbol.asyncDispose]() {
      stopping = true;
      await stop(child, ended);
    },
  };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const deadline = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  if (child.connected) child.disconnect();
  await ended;
  clearTimeout(deadline);
}

/** The process's side: answers calls until the other process is gone, then cleans up and ends. */
export function serve<C extends Calls<C>>(calls: C, cleanUp: () => Promise<void>): void {
  process.on("message", async ({ id, name, args }: { id: number; name: keyof C; args: unknown[] }) => {
    try {
      process.send?.({ id, result: await calls[name](...args) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  // Ctrl-C reaches the whole group; the process that started this one ends it in order.
  process.on("SIGINT", () => {});
  process.once("disconnect", () => {
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    void cleanUp().finally(() => process.exit());
  });
  process.send?.({ ready: true });
}
