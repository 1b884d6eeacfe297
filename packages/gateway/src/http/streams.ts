import { openEventStream } from "../streams/event-stream.ts";
import { type StreamSource, streamCommand } from "../streams/lines.ts";
import { delay } from "../timer.ts";
import { type AdmittedCall, type Answer, type Answered, headerOf, type Parts } from "./context.ts";
import { READABLE } from "./cors.ts";
import { disturb } from "./disturb.ts";
import { RequestProblem } from "./problem.ts";
import { decodeSegment } from "./target.ts";

const METHODS = new Set(["GET", "POST", "PUT"]);
const EVENT_STREAM = {
  ...READABLE,
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  // Proxies must not hold lines back.
  "x-accel-buffering": "no",
};

/** curl and fetch accept everything when nobody chose. */
const acceptsEvents = (accept: string | undefined): boolean =>
  accept === undefined || /text\/event-stream|text\/\*|\*\/\*/i.test(accept);

/** The rest of the path is one channel, slashes included: clients put the name in as it is. */
const channelOf = (segments: readonly string[]): string => {
  const channel = segments.map(decodeSegment).join("/");
  if (channel === "") throw new RequestProblem(400, "ERR the channel is missing: /subscribe/<channel>");
  return channel;
};

/** What `/subscribe`, `/psubscribe` and `/monitor` watch; undefined for every other request. */
export const streamSource = ({ incoming, target }: AdmittedCall): StreamSource | undefined => {
  if (!METHODS.has(incoming.method ?? "")) return undefined;
  const [kind, ...rest] = target.segments;
  if (kind === "subscribe") return { kind, channel: channelOf(rest) };
  if (kind === "psubscribe") return { kind, pattern: channelOf(rest) };
  return kind === "monitor" && rest.length === 0 ? { kind } : undefined;
};

/** Streams as server-sent events. */
export const streamRoute = (
  parts: Parts,
): ((call: AdmittedCall, source: StreamSource) => Promise<Answer | Answered>) => {
  const { closing, engine, faults, meter } = parts;

  return async (call, source) => {
    const { access, incoming, outgoing, target } = call;
    const asked = streamCommand(source);
    meter.asked(1);
    if (!acceptsEvents(headerOf(call, "accept"))) {
      throw new RequestProblem(400, "ERR this endpoint answers with Accept: text/event-stream only");
    }
    if (source.kind === "monitor" && access !== "full") {
      throw new RequestProblem(
        400,
        "NOPERM this user has no permissions to run the 'monitor' command or its subcommand",
      );
    }
    const request = { path: `/${target.segments.join("/")}`, commands: [asked.map(String)] };
    const hits = faults.take(() => request, true);
    const cut = hits.find(({ action }) => action === "cut-stream");
    const breakOff = () => void incoming.socket.destroy();
    return disturb(
      call,
      parts,
      hits,
      async () => {
        let leave = (): void => {};
        const stream = await openEventStream(engine, source, {
          onSent: (bytes) => meter.sent(bytes),
          onEnd: () => leave(),
          breakOff,
          delayMs: () => faults.replyMs,
        });
        leave = faults.register({ request, cut: breakOff });
        outgoing.once("close", () => stream.end());
        if (outgoing.closed) stream.end();
        return stream;
      },
      async (stream) => {
        await delay(faults.replyMs, closing);
        outgoing.writeHead(200, EVENT_STREAM);
        stream.flow(outgoing);
        // A stream that is to be cut was open: the client has its headers.
        if (cut) setTimeout(breakOff, cut.delayMs ?? 0).unref();
        return undefined;
      },
    );
  };
};
