import { ErrorReply, RESP_TYPES, RedisClient } from "@redis/client";
import type { Reply, StatusLines } from "../reply/reply.ts";

/** Where an engine listens. */
export interface EngineAddress {
  /** `redis://` or `rediss://`, with credentials and database where needed. */
  url: string;
}

/** A command name or argument: text goes out as UTF-8, bytes as they are. */
export type Argument = string | Buffer;

/** The engine did not answer: nobody knows whether the command ran. The message never holds a URL or a command. */
export class EngineUnavailableError extends Error {
  override readonly name = "EngineUnavailableError";
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Raw RESP2 types: see {@link Reply}. The library's default would round integers and decode bytes. */
const STATUS_AS_TEXT = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String } as const;
const STATUS_AS_BYTES = { ...STATUS_AS_TEXT, [RESP_TYPES.SIMPLE_STRING]: Buffer } as const;

const PROTOCOL = { RESP: 2 } as const;

// Made once: the library makes a class with all commands whenever the options differ from those before, which takes tens of
// milliseconds, and with several gateways in one process they always do.
const create = RedisClient.factory(PROTOCOL);

const clientFor = (address: EngineAddress) =>
  create({
    ...PROTOCOL,
    url: address.url,
    // What the library would send of its own accord would show up in the command counts.
    disableClientInfo: true,
    maintNotifications: "disabled",
    // A command is sent once or fails: resending one after a reconnect would run it twice.
    disableOfflineQueue: true,
    socket: { reconnectStrategy: false, connectTimeout: CONNECT_TIMEOUT_MS },
    commandOptions: { typeMapping: STATUS_AS_BYTES },
  });

type Client = ReturnType<typeof clientFor>;

/** Options of {@link Connection.open}. */
export interface ConnectionOptions {
  /** Called when commands wait and not one reply has arrived for `silenceMs`. */
  onSilence?: () => void;
  /** How long the engine may keep a command waiting. */
  silenceMs: number;
}

/** One connection to the engine that dies instead of reconnecting, so its owner always knows what became of a command. */
export class Connection {
  readonly #client: Client;
  readonly #options: ConnectionOptions;
  #pending = 0;
  #silence: NodeJS.Timeout | undefined;

  private constructor(client: Client, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
  }

  static async open(address: EngineAddress, options: ConnectionOptions): Promise<Connection> {
    const client = clientFor(address);
    // Failures reach callers through their pending commands; without a listener they would end the process.
    client.on("error", () => {});
    try {
      await client.connect();
    } catch (cause) {
      // An AUTH refusal is an answer of the server; the rest is the network.
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EngineUnavailableError(`the engine cannot be reached: ${reason}`);
    }
    return new Connection(client, options);
  }

  get isOpen(): boolean {
    return this.#client.isReady;
  }

  /**
   * Sends one command; calls made in one tick leave in one write. An error reply is a value, not a rejection.
   * @throws EngineUnavailableError when the connection ends before the reply.
   */
  async send(args: readonly Argument[], statusLines: StatusLines = "bytes"): Promise<Reply> {
    this.#waiting(1);
    const typeMapping = statusLines === "bytes" ? STATUS_AS_BYTES : STATUS_AS_TEXT;
    try {
      return (await this.#client.sendCommand(args as Argument[], { typeMapping })) as Reply;
    } catch (cause) {
      if (cause instanceof ErrorReply) return cause;
      throw new EngineUnavailableError("the engine went away before it answered; the command may have run");
    } finally {
      this.#waiting(-1);
    }
  }

  /** Delivers the messages of a channel (or pattern) until the connection is closed. */
  async subscribe(
    kind: "channel" | "pattern",
    name: string,
    onMessage: (message: Buffer, channel: Buffer) => void,
  ): Promise<void> {
    const subscribe = kind === "channel" ? this.#client.subscribe : this.#client.pSubscribe;
    await subscribe.call(this.#client, name, onMessage as never, true);
  }

  /** Delivers a line per command the engine runs until the connection is closed. */
  async monitor(onLine: (line: string) => void): Promise<void> {
    await this.#client.monitor((line) => onLine(String(line)));
  }

  onClose(listener: () => void): void {
    this.#client.on("end", listener);
    this.#client.on("terminated", listener);
  }

  /** Ends the connection at once; whatever still waits for a reply is rejected. */
  close(): void {
    clearTimeout(this.#silence);
    if (this.#client.isOpen) this.#client.destroy();
  }

  #waiting(change: 1 | -1): void {
    this.#pending += change;
    clearTimeout(this.#silence);
    if (this.#pending > 0 && this.#options.onSilence) {
      this.#silence = setTimeout(this.#options.onSilence, this.#options.silenceMs);
    }
  }
}
