import { type Context, Hono } from "hono";
import { openEventStream } from "../streams/event-stream.ts";
import { type StreamSource, streamCommand } from "../streams/lines.ts";
import type { Env, Parts } from "./context.ts";
import { disturb } from "./disturb.ts";
import { RequestProblem } from "./problem.ts";
import { decodeSegment } from "./target.ts";

const METHODS = ["GET", "POST", "PUT"];

/** curl and fetch accept everything when nobody chose. */
const acceptsEvents = (accept: string | undefined): boolean =>
  accept === undefined || /text\/event-stream|text\/\*|\*\/\*/i.test(accept);

/** The rest of the path is one channel, slashes included: clients put the name in as it is. */
const channelOf = (c: Context<Env>): string => {
  const channel = c.var.target.segments.slice(1).map(decodeSegment).join("/");
  if (channel === "") throw new RequestProblem(400, "ERR the channel is missing: /subscribe/<channel>");
  return channel;
};

/** `/subscribe`, `/psubscribe` and `/monitor` as server-sent events. */
export const streamRoutes = (parts: Parts): Hono<Env> => {
  const { engine, faults, meter } = parts;

  const open = async (c: Context<Env>, source: StreamSource): Promise<Response> => {
    const asked = streamCommand(source);
    meter.asked(1);
    if (!acceptsEvents(c.req.header("accept"))) {
      throw new RequestProblem(400, "ERR this endpoint answers with Accept: text/event-stream only");
    }
    if (source.kind === "monitor" && c.var.access !== "full") {
      throw new RequestProblem(
        400,
        "NOPERM this user has no permissions to run the 'monitor' command or its subcommand",
      );
    }
    const request = { path: `/${c.var.target.segments.join("/")}`, commands: [asked.map(String)] };
    const hits = faults.take(() => request, true);
    const cut = hits.find(({ action }) => action === "cut-stream");
    const breakOff = () => void c.env.incoming.socket.destroy();
    // A stream that is to be cut was open: the client has its headers.
    const breakOffOnceOpen = (): void => {
      if (c.env.outgoing.headersSent) breakOff();
      else setTimeout(breakOffOnceOpen, 1).unref();
    };
    return disturb(
      c,
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
        return stream;
      },
      (stream) => {
        // Also covers a client that left before the body was first read, which no "cancel" tells.
        c.env.outgoing.once("close", () => stream.end());
        if (c.env.outgoing.closed) stream.end();
        if (cut) setTimeout(breakOffOnceOpen, cut.delayMs ?? 0).unref();
        c.header("upstash-sync-token", undefined);
        return c.body(stream.body, 200, {
          "content-type": "text/event-stream",
          "cache-control": "no-cache",
          // Proxies must not hold lines back.
          "x-accel-buffering": "no",
        });
      },
    );
  };

  const app = new Hono<Env>();
  app.on(METHODS, "/subscribe/*", (c) => open(c, { kind: "subscribe", channel: channelOf(c) }));
  app.on(METHODS, "/psubscribe/*", (c) => open(c, { kind: "psubscribe", pattern: channelOf(c) }));
  app.on(METHODS, "/monitor", (c) => open(c, { kind: "monitor" }));
  return app;
};
