import { type Context, Hono } from "hono";
import type { Command } from "../commands/command.ts";
import type { FaultRequest } from "../faults.ts";
import { jsonReplies, jsonReply, type TextEncoding } from "../reply/json.ts";
import type { Reply, StatusLines } from "../reply/reply.ts";
import { resp2Replies } from "../reply/resp2.ts";
import { commandFromBody, commandsFromBody } from "./body.ts";
import type { Env, Parts } from "./context.ts";
import { disturb } from "./disturb.ts";
import { errorBody, RequestProblem } from "./problem.ts";
import { commandFromTarget } from "./target.ts";

const JSON_TYPE = { "content-type": "application/json" };
const RESP2_TYPE = { "content-type": "application/octet-stream" };

/** The form the client wants its replies in. */
interface ReplyForm {
  resp2: boolean;
  encoding: TextEncoding;
}

const replyForm = (c: Context<Env>): ReplyForm => {
  const format = c.req.header("upstash-response-format")?.toLowerCase() ?? "json";
  const base64 = c.req.header("upstash-encoding")?.toLowerCase() === "base64";
  if (format !== "json" && format !== "resp2") {
    throw new RequestProblem(400, "ERR Upstash-Response-Format is json or resp2");
  }
  if (format === "resp2" && base64) {
    throw new RequestProblem(
      400,
      "ERR Upstash-Encoding: base64 does not go with Upstash-Response-Format: resp2",
    );
  }
  return { resp2: format === "resp2", encoding: base64 ? "base64" : "utf8" };
};

const statusLines = (resp2: boolean): StatusLines => (resp2 ? "text" : "bytes");

const readBody = async (c: Context<Env>): Promise<Buffer> => Buffer.from(await c.req.arrayBuffer());

const faultRequest = (c: Context<Env>, commands: readonly Command[]) => (): FaultRequest => ({
  path: `/${c.var.target.segments.join("/")}`,
  commands: commands.map(({ args }) => args.map(String)),
});

/** Commands by body, by path, as pipeline and as transaction. */
export const commandRoutes = (parts: Parts): Hono<Env> => {
  const { executor, faults, meter } = parts;

  const reply = (
    c: Context<Env>,
    body: string | Buffer,
    status: 200 | 400,
    type: Record<string, string>,
  ): Response => {
    meter.sent(Buffer.byteLength(body));
    return c.body(body as string, status, type);
  };
  const one = async (c: Context<Env>, command: Command, bytesIn: number): Promise<Response> => {
    meter.request(1, bytesIn);
    const { resp2, encoding } = replyForm(c);
    return disturb(
      c,
      parts,
      faults.take(faultRequest(c, [command]), false),
      async () => (await executor.run([command], c.var.access, statusLines(resp2)))[0] as Reply,
      (result) => {
        const status = result instanceof Error ? 400 : 200;
        return resp2
          ? reply(c, resp2Replies([result]), status, RESP2_TYPE)
          : reply(c, jsonReply(result, encoding), status, JSON_TYPE);
      },
    );
  };

  const app = new Hono<Env>();
  app.on(["POST", "PUT"], "/", async (c) => {
    const body = await readBody(c);
    return one(c, commandFromBody(body), body.length);
  });
  app.on(["POST", "PUT"], "/pipeline", async (c) => {
    const body = await readBody(c);
    const commands = commandsFromBody(body);
    meter.request(commands.length, body.length);
    const { resp2, encoding } = replyForm(c);
    return disturb(
      c,
      parts,
      faults.take(faultRequest(c, commands), false),
      () => executor.run(commands, c.var.access, statusLines(resp2)),
      (results) =>
        resp2
          ? reply(c, resp2Replies(results), 200, RESP2_TYPE)
          : reply(c, jsonReplies(results, encoding), 200, JSON_TYPE),
    );
  });
  app.on(["POST", "PUT"], "/multi-exec", async (c) => {
    const body = await readBody(c);
    const commands = commandsFromBody(body);
    meter.request(commands.length, body.length);
    const { encoding } = replyForm(c);
    return disturb(
      c,
      parts,
      faults.take(faultRequest(c, commands), false),
      () => executor.transaction(commands, c.var.access),
      (outcome) =>
        outcome instanceof Error
          ? reply(c, errorBody(outcome.message), 400, JSON_TYPE)
          : reply(c, jsonReplies(outcome, encoding), 200, JSON_TYPE),
    );
  });
  app.on(["GET", "POST", "PUT"], "*", async (c) => {
    const body = c.req.method === "GET" || c.req.method === "HEAD" ? Buffer.alloc(0) : await readBody(c);
    return one(c, commandFromTarget(c.var.target, body), body.length);
  });
  return app;
};
