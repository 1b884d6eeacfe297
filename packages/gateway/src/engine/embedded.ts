import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Backoff } from "./backoff.ts";
import { growth, NO_STATS, readStats, STATS_COMMAND } from "./command-stats.ts";
import { Connection, type EngineAddress, EngineUnavailableError } from "./connection.ts";

const BOOT_TIMEOUT_MS = 10_000;

/** In the sources this file has folders around it; in the built package everything lies side by side. */
const processFile = import.meta.url.endsWith(".ts") ? "./embedded-process.ts" : "./embedded-process.js";

/** An embedded engine and the commands it ran before anyone could ask it for one. */
export interface EmbeddedAddress extends EngineAddress {
  callsAtBoot: number;
}

/** Valkey reads its configuration with commands of its own, which must not count as a client's. */
const callsAtBoot = async (url: string): Promise<number> => {
  const connection = await Connection.open({ url }, { silenceMs: BOOT_TIMEOUT_MS });
  try {
    const thisLook = 1;
    return growth(NO_STATS, readStats(String(await connection.send(STATS_COMMAND)))) + thisLook;
  } finally {
    connection.close();
  }
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** The URL of an engine that has just been started. */
const listening = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const fail = () => {
      clearTimeout(deadline);
      reject(new Error("no port was reported"));
    };
    const deadline = setTimeout(fail, BOOT_TIMEOUT_MS);
    child.once("exit", fail);
    child.once("error", fail);
    child.once("message", ({ port }: { port: number }) => {
      clearTimeout(deadline);
      resolve(`redis://127.0.0.1:${port}`);
    });
  });

/** Keeps one embedded Valkey running in a child process, with a new empty one after it dies. */
export class EmbeddedValkey {
  readonly #backoff = new Backoff();
  #child: ChildProcess | undefined;
  #address: Promise<EmbeddedAddress> | undefined;
  #waitMs = 0;
  #closed = false;

  /** The address of the running engine; waits for one that is starting. */
  address(): Promise<EmbeddedAddress> {
    if (this.#closed) return Promise.reject(new EngineUnavailableError("the gateway is closed"));
    this.#address ??= this.#start();
    return this.#address;
  }

  /** Ends the running engine and starts an empty one. */
  async restart(): Promise<void> {
    this.#waitMs = 0;
    await this.#stop();
    await this.address();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  async #start(): Promise<EmbeddedAddress> {
    if (this.#waitMs > 0) await sleep(this.#waitMs, undefined, { ref: false });
    if (this.#closed) throw new EngineUnavailableError("the gateway is closed");
    const child = fork(fileURLToPath(new URL(processFile, import.meta.url)), [], {
      execArgv: ["--no-warnings"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child = child;
    try {
      const url = await listening(child);
      const address = { url, callsAtBoot: await callsAtBoot(url) };
      if (hasEnded(child)) throw new Error("it ended at once");
      child.once("exit", () => this.#died(child));
      this.#backoff.started();
      return address;
    } catch {
      child.kill("SIGKILL");
      if (this.#child === child) {
        this.#address = undefined;
        this.#waitMs = this.#backoff.failed();
      }
      throw new EngineUnavailableError("the embedded engine did not start");
    }
  }

  #died(child: ChildProcess): void {
    if (this.#child !== child || this.#closed) return;
    this.#waitMs = this.#backoff.failed();
    this.#address = this.#start();
    // Whoever asks for the address sees the failure; nobody may be asking yet.
    this.#address.catch(() => {});
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#address = undefined;
    if (!child || hasEnded(child)) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
}
