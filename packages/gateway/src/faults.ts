/** What can go wrong on purpose. */
export type FaultAction =
  | "drop-reply" // runs the commands, then destroys the connection without an answer
  | "drop-request" // destroys the connection, runs nothing
  | "delay-request" // waits `delayMs` before running
  | "delay-reply" // waits `delayMs` after running
  | "duplicate" // runs the commands twice, answers with the first replies
  | "status" // answers `status` with `headers`, runs nothing
  | "cut-stream" // breaks an event stream off, an open one at once, else the next one `delayMs` after it opened
  | "flush-scripts" // empties the engine's script cache first
  | "hang"; // keeps the connection open without an answer

/** What a fault can look at to decide whether a request is meant. */
export interface FaultRequest {
  /** Path without the query, such as "/pipeline". */
  path: string;
  /** Each command with its arguments as text; an event stream shows as its SUBSCRIBE, PSUBSCRIBE or MONITOR. */
  commands: string[][];
}

/** One fault, for the next `times` requests it matches. */
export interface Fault {
  action: FaultAction;
  /** How many requests it hits. Default 1; `Infinity` allowed. */
  times?: number;
  /** For the delays and "cut-stream", in milliseconds. Default 0. */
  delayMs?: number;
  /** For "status". Default 503. */
  status?: number;
  /** For "status", for instance `{ "retry-after": "1" }`. */
  headers?: Record<string, string>;
  /** For "hang": run the commands before falling silent. Default false. */
  afterExecuting?: boolean;
  /** Which requests are meant. Default: every one. */
  when?: (request: FaultRequest) => boolean;
}

/** Injects faults into a gateway started with `faults: true`. */
export interface FaultControl {
  /** Arms a fault. @throws Error unless the gateway was started with `faults: true`. */
  inject(fault: Fault): void;
  /** Delays every request and every answer (stream lines too), in milliseconds. @throws Error as `inject`. */
  latency(ms: { requestMs: number; replyMs: number }): void;
  /** Disarms all faults and takes the latency away. */
  clear(): void;
  /** How many times a fault has really hit. */
  readonly injected: number;
}

const ACTIONS: ReadonlySet<string> = new Set<FaultAction>([
  "drop-reply",
  "drop-request",
  "delay-request",
  "delay-reply",
  "duplicate",
  "status",
  "cut-stream",
  "flush-scripts",
  "hang",
]);

interface Armed extends Fault {
  left: number;
}

/** A stream that can be cut; answers whether it was still open. */
interface OpenStream {
  request: FaultRequest;
  cut(): void;
}

/** The armed faults of one gateway. */
export class Faults implements FaultControl {
  readonly #allowed: boolean;
  #armed: Armed[] = [];
  readonly #streams = new Set<OpenStream>();
  #requestMs: number;
  #replyMs: number;
  injected = 0;

  constructor(allowed: boolean, latencyMs: number) {
    this.#allowed = allowed;
    this.#requestMs = latencyMs;
    this.#replyMs = latencyMs;
  }

  get allowed(): boolean {
    return this.#allowed;
  }

  get requestMs(): number {
    return this.#requestMs;
  }

  get replyMs(): number {
    return this.#replyMs;
  }

  inject(fault: Fault): void {
    this.#demand();
    if (!ACTIONS.has(fault.action)) throw new TypeError(`unknown fault action: ${String(fault.action)}`);
    const left = fault.times ?? 1;
    if (!(left > 0)) throw new TypeError("times: more than 0");
    const armed: Armed = { ...fault, left };
    if (fault.action === "cut-stream") this.#cutOpenStreams(armed);
    if (armed.left > 0) this.#armed.push(armed);
  }

  latency({ requestMs, replyMs }: { requestMs: number; replyMs: number }): void {
    this.#demand();
    if (!(requestMs >= 0 && replyMs >= 0)) throw new TypeError("latency: zero or more milliseconds each way");
    this.#requestMs = requestMs;
    this.#replyMs = replyMs;
  }

  clear(): void {
    this.#armed = [];
    this.#requestMs = 0;
    this.#replyMs = 0;
  }

  /** The faults that hit this request, in the order they were armed; each counts as used. */
  take(request: () => FaultRequest, stream: boolean): readonly Fault[] {
    if (this.#armed.length === 0) return [];
    const seen = request();
    const hits = this.#armed.filter(
      (fault) => (fault.action !== "cut-stream" || stream) && this.#hits(fault, seen),
    );
    this.#armed = this.#armed.filter(({ left }) => left > 0);
    return hits;
  }

  /** How many event streams are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /** Makes a stream reachable for "cut-stream"; the answer takes it out again. */
  register(stream: OpenStream): () => void {
    this.#streams.add(stream);
    return () => this.#streams.delete(stream);
  }

  #cutOpenStreams(fault: Armed): void {
    for (const stream of this.#streams) if (fault.left > 0 && this.#hits(fault, stream.request)) stream.cut();
  }

  #hits(fault: Armed, request: FaultRequest): boolean {
    if (fault.left <= 0 || (fault.when && !fault.when(request))) return false;
    fault.left--;
    this.injected++;
    return true;
  }

  #demand(): void {
    if (!this.#allowed) throw new Error("faults are off: start the gateway with faults: true");
  }
}
