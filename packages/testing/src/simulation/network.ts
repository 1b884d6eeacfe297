import { type ReadRequest, readRequest } from "../fetch-request.ts";
import type { Ends } from "./ends.ts";
import type { NetworkFault } from "./faults.ts";
import type { ServerAnswer } from "./server.ts";
import { createStreams, type Streams } from "./streams.ts";
import { TextResponse } from "./text-response.ts";

/** What lies between one client and the server. */
export interface Network {
  readonly fetch: typeof globalThis.fetch;
  readonly streams: Streams;
  /** Nothing gets through for so long, in either direction, and nobody is told. */
  partition(ms: number): void;
  heal(): void;
}

/** What befalls one request and its reply. */
interface Fate {
  readonly thereMs: number;
  readonly backMs: number;
  readonly lost: "request" | "reply" | undefined;
  /** How the client learns that nothing comes: its connection is cut after so long, or never. */
  readonly cutAfterMs: number | undefined;
  readonly proxy:
    | (ServerAnswer & { readonly acted: boolean; readonly retryAfter: string | undefined })
    | undefined;
  readonly repeatAfterMs: number | undefined;
}

const LONGEST_DELAY_MS = 4000;
const LONGEST_REPEAT_MS = 1500;

export function createNetwork(ends: Ends): Network {
  const { client, link, machine, server, time, random, injector } = ends;
  const roundTripMs = random.magnitude(2, 60);
  let requests = 0;
  let partitionedUntil = 0;
  const reachable = () => time.nowMs >= partitionedUntil;
  const oneWayMs = () => (roundTripMs / 2) * random.between(0.7, 1.5);
  const streams = createStreams(ends, { reachable, oneWayMs });

  /** Draws all that could happen to a request, whatever does, so that leaving out one fault moves no other. */
  function fate(): Fate {
    const id = `${link}#${++requests}`;
    const [delay, late, lose, repeat, status, garbage] = [1, 2, 3, 4, 5, 6].map(() =>
      random.between(0, 1),
    ) as [number, number, number, number, number, number];
    const delayMs = random.magnitude(20, LONGEST_DELAY_MS);
    const cutAfterMs = random.chance(0.5) ? random.magnitude(1, 500) : undefined;
    const repeatAfterMs = random.magnitude(1, LONGEST_REPEAT_MS);
    const code = random.pick([429, 500, 502, 503]);
    const acted = random.chance(0.4);
    const retryAfter = random.chance(0.3) ? "1" : undefined;
    const [there, back] = [oneWayMs(), oneWayMs()];
    const happens = (kind: NetworkFault, drawn: number) =>
      drawn < injector.rate(kind) && injector.inject(kind, id, client);
    const slow = happens("delay", delay) ? delayMs : 0;
    const lostThere = happens("lose-request", lose);
    const lostBack = !lostThere && happens("lose-reply", 1 - lose);
    const proxy = happens("status", status)
      ? { status: code, body: "try again", acted, retryAfter }
      : happens("garbage", garbage)
        ? { status: 200, body: "<html>hello</html>", acted, retryAfter: undefined }
        : undefined;
    return {
      thereMs: there + (late < 0.5 ? slow : 0),
      backMs: back + (late < 0.5 ? 0 : slow),
      lost: lostThere ? "request" : lostBack ? "reply" : undefined,
      cutAfterMs,
      proxy,
      repeatAfterMs: happens("repeat", repeat) ? repeatAfterMs : undefined,
    };
  }

  function send(request: ReadRequest): Promise<Response> {
    const { thereMs, backMs, lost, cutAfterMs, proxy, repeatAfterMs } = fate();
    return new Promise((resolve, reject) => {
      const abort = () => reject(request.signal?.reason);
      if (request.signal?.aborted) return abort();
      request.signal?.addEventListener("abort", abort, { once: true });
      const settle = (afterMs: number, how: () => void) =>
        time.at(time.nowMs + afterMs, () => {
          if (!reachable()) return;
          machine.deliver(() => {
            request.signal?.removeEventListener("abort", abort);
            how();
          });
        });
      const cut = (afterMs: number | undefined) => {
        if (afterMs !== undefined) settle(afterMs, () => reject(new TypeError("fetch failed")));
      };
      const answer = (afterMs: number, { status, body }: ServerAnswer, retryAfter?: string) =>
        settle(afterMs, () =>
          resolve(
            new TextResponse(body, { status, headers: retryAfter ? { "retry-after": retryAfter } : {} }),
          ),
        );

      if (lost === "request") return cut(cutAfterMs);
      const carryOut = () => {
        const answered = server.carryOut(request);
        if (repeatAfterMs !== undefined)
          time.at(time.nowMs + repeatAfterMs, () => void server.carryOut(request));
        // Nobody listens: the connection is refused.
        if (!answered) return cut(backMs);
        if (lost === "reply") return cut(cutAfterMs);
        if (proxy) answer(backMs, proxy, proxy.retryAfter);
        else answer(backMs, answered);
      };
      time.at(time.nowMs + thereMs, () => {
        if (!reachable()) return;
        if (proxy && !proxy.acted) return answer(backMs, proxy, proxy.retryAfter);
        const waitMs = server.waitMs();
        if (waitMs > 0) time.at(time.nowMs + waitMs, carryOut);
        else carryOut();
      });
    });
  }

  return {
    async fetch(input, init) {
      const request = await readRequest(input, init);
      const channel = streamChannel(request.url);
      return channel === undefined ? send(request) : streams.open(channel, request.signal);
    },
    streams,
    partition(ms) {
      partitionedUntil = time.nowMs + ms;
    },
    heal() {
      partitionedUntil = 0;
    },
  };
}

function streamChannel(url: string): string | undefined {
  const [, kind, ...channel] = new URL(url).pathname.split("/");
  return kind === "subscribe" ? channel.map(decodeURIComponent).join("/") : undefined;
}
