import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Backoff } from "./backoff.ts";
import { type EngineAddress, EngineUnavailableError } from "./connection.ts";

const BOOT_TIMEOUT_MS = 10_000;

/** In the sources this file has folders around it; in the built package everything lies side by side. */
const processFile = import.meta.url.endsWith(".ts") ? "./embedded-process.ts" : "./embedded-process.js";

/** Keeps one embedded Valkey running in a child process, with a new empty one after it dies. */
export class EmbeddedValkey {
  readonly #backoff = new Backoff();
  #child: ChildProcess | undefined;
  #address: Promise<EngineAddress> | undefined;
  #waitMs = 0;
  #closed = false;

  /** The address of the running engine; waits for one that is starting. */
  address(): Promise<EngineAddress> {
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

  async #start(): Promise<EngineAddress> {
    if (this.#waitMs > 0) await sleep(this.#waitMs, undefined, { ref: false });
    if (this.#closed) throw new EngineUnavailableError("the gateway is closed");
    const child = fork(fileURLToPath(new URL(processFile, import.meta.url)), [], {
      execArgv: ["--no-warnings"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child = child;
    const address = await this.#firstMessage(child);
    this.#backoff.started();
    // Only from here on: a child that never came up has already failed its start.
    child.once("exit", () => this.#died(child));
    return address;
  }

  #firstMessage(child: ChildProcess): Promise<EngineAddress> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        clearTimeout(deadline);
        child.kill("SIGKILL");
        if (this.#child === child) {
          this.#address = undefined;
          this.#waitMs = this.#backoff.failed();
        }
        reject(new EngineUnavailableError("the embedded engine did not start"));
      };
      const deadline = setTimeout(fail, BOOT_TIMEOUT_MS);
      child.once("exit", fail);
      child.once("error", fail);
      child.once("message", ({ port }: { port: number }) => {
        clearTimeout(deadline);
        child.off("exit", fail);
        resolve({ url: `redis://127.0.0.1:${port}` });
      });
    });
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
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
}
