import type { ReadRequest } from "../fetch-request.ts";
import type { ServerReply } from "./resp.ts";
import { bootValkey, type ValkeyConnection } from "./valkey.ts";
import type { VirtualTime } from "./virtual-time.ts";

const EPOCH_MS = Date.UTC(2026, 0, 1);

/** A serverless Redis: the REST protocol over a real Valkey, and what can go wrong with either. */
export interface SimulatedServer {
  /** Carries out a request that arrived, and gives the answer. `undefined` while the server is down. */
  carryOut(request: ReadRequest): ServerAnswer | undefined;
  /** Listens to a channel until either side closes it. `undefined` while the server is down. */
  subscribe(
    channel: string,
    onMessage: (message: string) => void,
    onEnd: () => void,
  ): (() => void) | undefined;
  /** Runs a command past every network. */
  command(...args: readonly string[]): ServerReply;
  /** Milliseconds since the epoch by the server's clock. */
  wallMs(): number;
  /** Called after each command that a client sent. */
  onCommand(listener: (args: readonly string[], reply: ServerReply) => void): void;
  /** Nothing is answered for so long, and connections are cut. `data`: what is there afterwards. */
  restart(downMs: number, data: "kept" | "lost" | "as copied"): void;
  /** Takes the copy that a later failover falls back to, as a replica has it that is behind. */
  copy(): void;
  /** Sets the server's clock. */
  stepClock(ms: number): void;
}

export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
}

interface Subscriber {
  readonly connection: ValkeyConnection;
  readonly onMessage: (message: string) => void;
  readonly onEnd: () => void;
}

interface Copied {
  readonly key: string;
  readonly value: Buffer;
  readonly expiresAt: string;
}

export async function startServer(time: VirtualTime): Promise<SimulatedServer> {
  let offsetMs = EPOCH_MS;
  const wallMs = () => offsetMs + time.nowMs;
  const valkey = await bootValkey(wallMs);
  const main = valkey.connect();
  // Time leaps from event to event here; the server's housekeeping need not run at each.
  main.call("CONFIG", "SET", "hz", "1");
  const subscribers = new Set<Subscriber>();
  const listeners: ((args: readonly string[], reply: ServerReply) => void)[] = [];
  let upAgainAt = 0;
  let copied: Copied[] = [];

  function publish(): void {
    for (const subscriber of [...subscribers])
      for (const message of subscriber.connection.pushed())
        if (Array.isArray(message) && message[0] === "message") subscriber.onMessage(String(message[2]));
  }

  function run(args: readonly string[]): ServerReply {
    const reply = main.call(...args);
    publish();
    for (const listener of listeners) listener(args, reply);
    return reply;
  }

  function copy(): void {
    const keys = main.call("KEYS", "*") as readonly string[];
    copied = keys.map((key) => ({
      key,
      value: main.callForBytes("DUMP", key),
      expiresAt: String(main.call("PEXPIRETIME", key)),
    }));
  }

  return {
    carryOut({ url, commands, body, resend }) {
      if (time.nowMs < upAgainAt) return undefined;
      const pipeline = new URL(url).pathname === "/pipeline";
      if (commands.length === 0)
        return { status: 400, body: JSON.stringify({ error: `ERR no command: ${body}` }) };
      // The vendor's own client asks for it, so that any bytes survive the JSON.
      const base64 = new Headers(resend.headers).get("upstash-encoding") === "base64";
      const replies = commands.map((args) => toJson(run(args), base64));
      if (pipeline) return { status: 200, body: `[${replies.join(",")}]` };
      return { status: replies[0]?.startsWith('{"error"') ? 400 : 200, body: replies[0] ?? "" };
    },
    subscribe(channel, onMessage, onEnd) {
      if (time.nowMs < upAgainAt) return undefined;
      const subscriber = { connection: valkey.connect(), onMessage, onEnd };
      subscriber.connection.call("SUBSCRIBE", channel);
      subscribers.add(subscriber);
      return () => {
        if (subscribers.delete(subscriber)) subscriber.connection.close();
      };
    },
    command: (...args) => main.call(...args),
    wallMs,
    onCommand: (listener) => void listeners.push(listener),
    restart(downMs, data) {
      upAgainAt = Math.max(upAgainAt, time.nowMs + downMs);
      for (const subscriber of [...subscribers]) {
        subscribers.delete(subscriber);
        subscriber.connection.close();
        subscriber.onEnd();
      }
      main.call("SCRIPT", "FLUSH");
      if (data === "kept") return;
      main.call("FLUSHALL");
      if (data === "lost") return;
      for (const { key, value, expiresAt } of copied)
        main.call("RESTORE", key, expiresAt === "-1" ? "0" : expiresAt, value, "ABSTTL");
    },
    copy,
    stepClock(ms) {
      offsetMs += ms;
    },
  };
}

function toJson(reply: ServerReply, base64: boolean): string {
  return JSON.stringify(reply instanceof Error ? { error: reply.message } : { result: plain(reply, base64) });
}

/** Inside an array an error can only be told as text. */
function plain(reply: ServerReply, base64: boolean): unknown {
  if (Array.isArray(reply)) return reply.map((part) => plain(part, base64));
  const text = reply instanceof Error ? reply.message : reply;
  return base64 && typeof text === "string" && text !== "OK" ? Buffer.from(text).toString("base64") : text;
}
