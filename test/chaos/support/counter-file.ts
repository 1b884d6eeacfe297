import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a store does with a smaller fence than it has seen: lets it pass, refuses its writes, or its reads as well. */
export type FenceCheck = "none" | "writes" | "reads and writes";

export interface CounterOptions {
  readonly check: FenceCheck;
  /**
   * Called with each client that has read, before it is answered. `true`: the client is to pause between that and its
   * write.
   */
  readonly onRead?: (pid: number) => boolean | Promise<boolean>;
}

/** A number in a file, and the service through which clients read and write it. */
export interface CounterFile extends AsyncDisposable {
  readonly url: string;
  /** What the file says. */
  readonly value: number;
  /** How many writes were accepted: as many increments as somebody was told have been counted. */
  readonly accepted: number;
  readonly refused: number;
}

interface Content {
  readonly value: number;
  /** The greatest that it has seen. */
  readonly fence: number;
}

interface Request extends Content {
  readonly pid: number;
}

export async function startCounterFile({ check, onRead }: CounterOptions): Promise<CounterFile> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-counter-"));
  const file = join(folder, "counter.json");
  // One process, and nothing in between: the check and the write are one step.
  const read = (): Content => JSON.parse(readFileSync(file, "utf8"));
  const write = (content: Content) => writeFileSync(file, JSON.stringify(content));
  write({ value: 0, fence: 0 });
  let accepted = 0;
  let refused = 0;

  const acts: Record<string, (request: Request) => object | undefined | Promise<object>> = {
    "/read"({ fence, pid }) {
      const { value, fence: seen } = read();
      if (check === "reads and writes") {
        if (fence < seen) return undefined;
        write({ value, fence });
      }
      return Promise.resolve(onRead?.(pid) ?? false).then((pause) => ({ value, pause }));
    },
    "/write"({ fence, value }) {
      const { fence: seen } = read();
      if (check !== "none" && fence < seen) return undefined;
      write({ value, fence: Math.max(fence, seen) });
      accepted++;
      return {};
    },
  };
  const server = createServer(async (incoming, outgoing) => {
    const answer = await acts[incoming.url ?? ""]?.(await bodyOf(incoming));
    if (!answer) refused++;
    outgoing.writeHead(answer ? 200 : 409, { "content-type": "application/json" });
    outgoing.end(JSON.stringify(answer ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get value() {
      return read().value;
    },
    get accepted() {
      return accepted;
    },
    get refused() {
      return refused;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Request> {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return JSON.parse(text);
}
