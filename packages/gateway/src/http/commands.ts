import { type Context, Hono } from "hono";
import type { Command } from "../commands/command.ts";
import type { FaultRequest } from "../faults.ts";
import { jsonReplies, jsonReply, type TextEncoding } from "../reply/json.ts";
import type { StatusLines } from "../reply/reply.ts";
import { resp2Replies } from "../reply/resp2.ts";
import { commandFromBody, commandsFromBody } from "./body.ts";
import type { Env, Parts } from "./context.ts";
import { disturb } from "./disturb.ts";
import { errorBody, RequestProblem } from "./problem.ts";
import { readBody } from "./request-body.ts";
import { commandFromTarget } from "./target.ts";

const JSON_TYPE = "application/json";
const RESP2_TYPE = "application/octet-stream";
const SENDING = ["POST", "PUT"];

interface Answer {
  body: string | Buffer;
  status: 200 | 400;
  type: string;
}

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

const faultRequest = (c: Context<Env>, commands: readonly Command[]) => (): FaultRequest => ({
  path: `/${c.var.target.segments.join("/")}`,
  commands: commands.map(({ args }) => args.map(String)),
});

/** Commands by body, by path, as pipeline and as transaction. */
export const commandRoutes = (parts: Parts): Hono<Env> => {
  const { executor, faults, meter, maxRequestBytes } = parts;

  const bodyOf = async (c: Context<Env>): Promise<Buffer> => {
    // Whatever a GET carries is no part of its command.
    if (c.req.method === "GET" || c.req.method === "HEAD") return Buffer.alloc(0);
    const body = await readBody(c.env.incoming, maxRequestBytes);
    meter.received(body.length);
    return body;
  };
  /** Takes commands through faults to `execute` and its outcome back as an answer. */
  const carry = <T>(
    c: Context<Env>,
    commands: readonly Command[],
    execute: () => Promise<T>,
    answer: (outcome: T) => Answer,
  ): Promise<Response> => {
    meter.asked(commands.length);
    return disturb(c, parts, faults.take(faultRequest(c, commands), false), execute, (outcome) => {
      const { body, status, type } = answer(outcome);
      meter.sent(Buffer.byteLength(body));
      return c.body(body as string, status, { "content-type": type });
    });
  };
  const single = (c: Context<Env>, command: Command): Promise<Response> => {
    const { resp2, encoding } = replyForm(c);
    const execute = () => executor.run([command], c.var.access, statusLines(resp2));
    return carry(c, [command], execute, ([reply = null]) => ({
      status: reply instanceof Error ? 400 : 200,
      ...(resp2
        ? { body: resp2Replies([reply]), type: RESP2_TYPE }
        : { body: jsonReply(reply, encoding), type: JSON_TYPE }),
    }));
  };

  const app = new Hono<Env>();
  app.on(SENDING, "/", async (c) => single(c, commandFromBody(await bodyOf(c))));
  app.on(SENDING, "/pipeline", async (c) => {
    const commands = commandsFromBody(await bodyOf(c));
    const { resp2, encoding } = replyForm(c);
    const execute = () => executor.run(commands, c.var.access, statusLines(resp2));
    return carry(c, commands, execute, (replies) => ({
      status: 200,
      ...(resp2
        ? { body: resp2Replies(replies), type: RESP2_TYPE }
        : { body: jsonReplies(replies, encoding), type: JSON_TYPE }),
    }));
  });
  app.on(SENDING, "/multi-exec", async (c) => {
    const commands = commandsFromBody(await bodyOf(c));
    // Answers in JSON whatever format is asked for, as on Upstash.
    const { encoding } = replyForm(c);
    const execute = () => executor.transaction(commands, c.var.access);
    return carry(c, commands, execute, (outcome) =>
      outcome instanceof Error
        ? { body: errorBody(outcome.message), status: 400, type: JSON_TYPE }
        : { body: jsonReplies(outcome, encoding), status: 200, type: JSON_TYPE },
    );
  });
  app.on(["GET", ...SENDING], "*", async (c) => single(c, commandFromTarget(c.var.target, await bodyOf(c))));
  return app;
};
