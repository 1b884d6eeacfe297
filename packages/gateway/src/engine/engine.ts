import { setTimeout as sleep } from "node:timers/promises";
import type { Reply } from "../reply/reply.ts";
import { type Argument, Connection, type ConnectionOptions, EngineUnavailableError } from "./connection.ts";
import { type EmbeddedAddress, EmbeddedValkey } from "./embedded.ts";

/** Idle connections kept for requests that need one to themselves. */
const IDLE_CONNECTIONS = 4;
/** A living engine answers a PING within this time even on a busy machine. */
const PROBE_MS = 1_000;
const CONNECT_ATTEMPTS = 20;
const CONNECT_PAUSE_MS = 25;

/** Where the engine is and how patient to be with it. */
export interface EngineOptions {
  /** `redis://` or `rediss://`; without it, an embedded Valkey is started. */
  redisUrl?: string | undefined;
  /** How long a command may go without any reply before the engine counts as stuck. */
  silenceMs: number;
}

/** The Redis or Valkey behind the gateway and the connections to it. */
export class Engine {
  readonly kind: "embedded" | "redis";
  readonly #options: EngineOptions;
  readonly #embedded: EmbeddedValkey | undefined;
  /** AUTH and SELECT, which a URL with a password and a database adds to every new connection. */
  readonly #handshakeCalls: number = 0;
  #shared: Promise<Connection> | undefined;
  #idle: Connection[] = [];
  #all = new Set<Connection>();
  #closed = false;
  #address: EmbeddedAddress | undefined;
  /** How many commands the present engine has run for the gateway itself. */
  ownCalls = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.kind = options.redisUrl === undefined ? "embedded" : "redis";
    if (options.redisUrl === undefined) {
      this.#embedded = new EmbeddedValkey();
    } else {
      const { password, pathname } = new URL(options.redisUrl);
      this.#handshakeCalls = (password === "" ? 0 : 1) + (/^\/0*[1-9]/.test(pathname) ? 1 : 0);
    }
  }

  /** The connection all ordinary commands share; opened again when it was lost. */
  shared(): Promise<Connection> {
    if (this.#shared === undefined) {
      const opening = this.open();
      this.#shared = opening;
      const forget = () => {
        if (this.#shared === opening) this.#shared = undefined;
      };
      opening.then((connection) => connection.onClose(forget), forget);
    }
    return this.#shared;
  }

  /** Runs `use` with a connection nobody else writes to meanwhile. */
  async isolated<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.open());
    try {
      const result = await use(connection);
      if (connection.isOpen && this.#idle.length < IDLE_CONNECTIONS) this.#idle.push(connection);
      else connection.close();
      return result;
    } catch (error) {
      // What the connection was in the middle of is unknown: a MULTI may still be open on it.
      connection.close();
      throw error;
    }
  }

  /** A connection of the caller's own, to be closed by the caller. */
  async open(): Promise<Connection> {
    if (this.#closed) throw new EngineUnavailableError("the gateway is closed");
    const connection: Connection = await this.#connect({
      silenceMs: this.#options.silenceMs,
      onSilence: () => void this.#silent(connection),
    });
    this.#all.add(connection);
    connection.onClose(() => {
      this.#all.delete(connection);
      this.#idle = this.#idle.filter((idle) => idle !== connection);
    });
    if (this.#closed) connection.close();
    return connection;
  }

  /** A command of the gateway's own, which the meter leaves out of what clients asked for. */
  own(connection: Connection, args: readonly Argument[]): Promise<Reply> {
    this.ownCalls++;
    return connection.send(args);
  }

  /** Embedded: ends the engine and starts an empty one. By URL: drops every connection and connects again. */
  async restart(): Promise<void> {
    this.#drop();
    await this.#embedded?.restart();
    await this.shared();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#drop();
    await this.#embedded?.close();
  }

  async #connect(options: ConnectionOptions): Promise<Connection> {
    if (!this.#embedded) {
      this.ownCalls += this.#handshakeCalls;
      return Connection.open({ url: this.#options.redisUrl as string }, options);
    }
    // An engine that has just died is known by its refused connection before its process has reported the exit.
    for (let attempt = 1; ; attempt++) {
      const address = await this.#embedded.address();
      if (address !== this.#address) {
        this.#address = address;
        this.ownCalls = address.callsAtBoot;
      }
      try {
        return await Connection.open(address, options);
      } catch (error) {
        if (attempt === CONNECT_ATTEMPTS || this.#closed) throw error;
        await sleep(CONNECT_PAUSE_MS, undefined, { ref: false });
      }
    }
  }

  #drop(): void {
    this.#shared = undefined;
    this.#idle = [];
    for (const connection of this.#all) connection.close();
    this.#all.clear();
  }

  /** A command of this connection got no answer in time: it may block by itself (WAIT), or the engine may be stuck. */
  async #silent(connection: Connection): Promise<void> {
    connection.close();
    if (this.#closed || (await this.#answers())) return;
    // A script without an end holds the engine. Only the embedded one is ours to kill.
    if (this.#embedded && !this.#closed) await this.restart().catch(() => {});
    else this.#drop();
  }

  async #answers(): Promise<boolean> {
    const opening = this.open();
    const answer = opening
      .then((probe) => this.own(probe, ["PING"]))
      .then((reply) => !(reply instanceof Error));
    const silence = new AbortController();
    const silent = sleep(PROBE_MS, false, { signal: silence.signal });
    try {
      return await Promise.race([answer, silent]);
    } catch {
      return false;
    } finally {
      silence.abort();
      silent.catch(() => {});
      answer.catch(() => {});
      opening.then((probe) => probe.close()).catch(() => {});
    }
  }
}
