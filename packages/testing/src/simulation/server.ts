import type { ReadRequest } from "../fetch-request.ts";
import type { ServerReply } from "./resp.ts";
import { bootValkey, type ValkeyConnection } from "./valkey.ts";
import type { VirtualTime } from "./virtual-time.ts";

const EPOCH_MS = Date.UTC(2026, 0, 1);
const PIPELINE = /^\w+:\/\/[^/?#]+\/pipeline(?:[?#]|$)/;

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
  onCommand(listener: CommandListener, look?: Look): void;
  /** Nothing is answered for so long, and connections are cut. `data`: what is there afterwards. */
  restart(downMs: number, data: "kept" | "lost" | "as copied"): void;
  /** Takes the copy that a later failover falls back to, as a replica has it that is behind. */
  copy(): void;
  /** Sets the server's clock. */
  stepClock(ms: number): void;
  /** Refuses to write for so long, or until it restarts: its memory is full. */
  fillMemory(forMs: number): void;
  /** Stands still for so long, or until it restarts: what arrives is carried out afterwards. */
  pause(forMs: number): void;
  /** Takes so much longer for everything, for so long. */
  slowDown(byMs: number, forMs: number): void;
  /** For how long a request that arrives now is not carried out. */
  waitMs(): number;
  /** Ends what can be ended: it is up, awake, quick, and has memory. */
  heal(): void;
}

/** How a server's clock differs from the true time. */
export interface ServerClock {
  readonly skewMs: number;
  readonly rate: number;
}

/** @param seen the replies to what the listener's `look` asked. */
export type CommandListener = (
  args: readonly string[],
  reply: ServerReply,
  seen: readonly ServerReply[],
) => void;

/** What to ask the server right after a command, before anything else happens. */
export type Look = (args: readonly string[]) => readonly (readonly string[])[];

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

/** @param clock default: the true time. */
export async function startServer(
  time: VirtualTime,
  { skewMs, rate }: ServerClock = { skewMs: 0, rate: 1 },
): Promise<SimulatedServer> {
  let offsetMs = EPOCH_MS + skewMs;
  const wallMs = () => offsetMs + time.nowMs * rate;
  const valkey = await bootValkey(wallMs);
  const main = valkey.connect();
  // Time leaps from event to event here; the server's housekeeping need not run at each.
  main.call("CONFIG", "SET", "hz", "1");
  const subscribers = new Set<Subscriber>();
  const watchers: { readonly listener: CommandListener; readonly look: Look }[] = [];
  let upAgainAt = 0;
  let fullUntil = 0;
  let pausedUntil = 0;
  let slow = { byMs: 0, untilMs: 0 };
  let copied: Copied[] = [];

  function publish(): void {
    for (const subscriber of [...subscribers])
      for (const message of subscriber.connection.pushed())
        if (Array.isArray(message) && message[0] === "message") subscriber.onMessage(String(message[2]));
  }

  function run(args: readonly string[]): ServerReply {
    const looks = watchers.map(({ look }) => look(args));
    const [reply, ...seen] = main.calls([args, ...looks.flat()]) as [ServerReply, ...ServerReply[]];
    publish();
    for (const [i, { listener }] of watchers.entries())
      listener(args, reply, seen.splice(0, looks[i]?.length));
    return reply;
  }

  /** In bytes; 0 is no limit. */
  function limitMemory(bytes: string): void {
    main.call("CONFIG", "SET", "maxmemory", bytes);
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
      const pipeline = PIPELINE.test(url);
      if (commands.length === 0)
        return { status: 400, body: JSON.stringify({ error: `ERR no command: ${body}` }) };
      // The vendor's own client asks for it, so that any bytes survive the JSON.
      const base64 = asksForBase64(resend.headers);
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
    onCommand: (listener, look = () => []) => void watchers.push({ listener, look }),
    restart(downMs, data) {
      upAgainAt = Math.max(upAgainAt, time.nowMs + downMs);
      fullUntil = time.nowMs;
      pausedUntil = time.nowMs;
      limitMemory("0");
      valkey.renewRunId();
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
    fillMemory(forMs) {
      fullUntil = Math.max(fullUntil, time.nowMs + forMs);
      limitMemory("1");
      time.at(fullUntil, () => {
        if (time.nowMs >= fullUntil) limitMemory("0");
      });
    },
    pause(forMs) {
      pausedUntil = Math.max(pausedUntil, time.nowMs + forMs);
    },
    slowDown(byMs, forMs) {
      slow = { byMs, untilMs: time.nowMs + forMs };
    },
    waitMs: () => Math.max(pausedUntil - time.nowMs, 0) + (time.nowMs < slow.untilMs ? slow.byMs : 0),
    heal() {
      upAgainAt = fullUntil = pausedUntil = slow.untilMs = time.nowMs;
      limitMemory("0");
    },
  };
}

/** Plain objects are looked into as they are: a `Headers` for each request would be a tenth of the whole work. */
function asksForBase64(headers: HeadersInit | undefined): boolean {
  const wanted = "upstash-encoding";
  if (!headers) return false;
  if (headers instanceof Headers || Array.isArray(headers))
    return new Headers(headers).get(wanted) === "base64";
  return Object.entries(headers).some(([name, value]) => name.toLowerCase() === wanted && value === "base64");
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
