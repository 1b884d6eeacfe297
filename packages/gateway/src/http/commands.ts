import type { Command } from "../commands/command.ts";
import type { FaultRequest } from "../faults.ts";
import { jsonReplies, jsonReply, type TextEncoding } from "../reply/json.ts";
import type { StatusLines } from "../reply/reply.ts";
import { resp2Replies } from "../reply/resp2.ts";
import { commandFromBody, commandsFromBody } from "./body.ts";
import { type AdmittedCall, type Answer, type Answered, headerOf, JSON_TYPE, type Parts } from "./context.ts";
import { disturb } from "./disturb.ts";
import { errorBody, RequestProblem } from "./problem.ts";
import { readBody } from "./request-body.ts";
import { commandFromTarget } from "./target.ts";

const RESP2_TYPE = { "content-type": "application/octet-stream" };

/** The form the client wants its replies in. */
interface ReplyForm {
  resp2: boolean;
  encoding: TextEncoding;
}

const replyForm = (call: AdmittedCall): ReplyForm => {
  const format = headerOf(call, "upstash-response-format")?.toLowerCase() ?? "json";
  const base64 = headerOf(call, "upstash-encoding")?.toLowerCase() === "base64";
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

const faultRequest =
  ({ target }: AdmittedCall, commands: readonly Command[]) =>
  (): FaultRequest => ({
    path: `/${target.segments.join("/")}`,
    commands: commands.map(({ args }) => args.map(String)),
  });

/** Commands by body, by path, as pipeline and as transaction. */
export const commandRoute = (parts: Parts): ((call: AdmittedCall) => Promise<Answer | Answered>) => {
  const { executor, faults, meter, maxRequestBytes } = parts;

  const bodyOf = async ({ incoming }: AdmittedCall): Promise<Buffer> => {
    const body = await readBody(incoming, maxRequestBytes);
    meter.received(body.length);
    return body;
  };
  /** Takes commands through faults to `execute` and its outcome back as an answer. */
  const carry = <T>(
    call: AdmittedCall,
    commands: readonly Command[],
    execute: () => Promise<T>,
    answer: (outcome: T) => Answer,
  ): Promise<Answer | Answered> => {
    meter.asked(commands.length);
    return disturb(call, parts, faults.take(faultRequest(call, commands), false), execute, answer);
  };
  const single = (call: AdmittedCall, command: Command): Promise<Answer | Answered> => {
    const { resp2, encoding } = replyForm(call);
    const execute = () => executor.run([command], call.access, statusLines(resp2));
    return carry(call, [command], execute, ([reply = null]) => ({
      status: reply instanceof Error ? 400 : 200,
      ...(resp2
        ? { body: resp2Replies([reply]), headers: RESP2_TYPE }
        : { body: jsonReply(reply, encoding), headers: JSON_TYPE }),
    }));
  };
  const pipeline = (call: AdmittedCall, commands: readonly Command[]): Promise<Answer | Answered> => {
    const { resp2, encoding } = replyForm(call);
    const execute = () => executor.run(commands, call.access, statusLines(resp2));
    return carry(call, commands, execute, (replies) => ({
      status: 200,
      ...(resp2
        ? { body: resp2Replies(replies), headers: RESP2_TYPE }
        : { body: jsonReplies(replies, encoding), headers: JSON_TYPE }),
    }));
  };
  const transaction = (call: AdmittedCall, commands: readonly Command[]): Promise<Answer | Answered> => {
    // Answers in JSON whatever format is asked for, as on Upstash.
    const { encoding } = replyForm(call);
    const execute = () => executor.transaction(commands, call.access);
    return carry(call, commands, execute, (outcome) =>
      outcome instanceof Error
        ? { status: 400, body: errorBody(outcome.message), headers: JSON_TYPE }
        : { status: 200, body: jsonReplies(outcome, encoding), headers: JSON_TYPE },
    );
  };

  return async (call) => {
    const { incoming, target } = call;
    // Whatever a GET carries is no part of its command.
    if (incoming.method === "GET" || incoming.method === "HEAD")
      return single(call, commandFromTarget(target, Buffer.alloc(0)));
    const body = await bodyOf(call);
    const [first, ...others] = target.segments;
    if (first === undefined) return single(call, commandFromBody(body));
    if (others.length === 0 && first === "pipeline") return pipeline(call, commandsFromBody(body));
    if (others.length === 0 && first === "multi-exec") return transaction(call, commandsFromBody(body));
    return single(call, commandFromTarget(target, body));
  };
};
