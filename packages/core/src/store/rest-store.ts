import type { Clock } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import { instant } from "../lease/deadline.ts";
import { exchange } from "./exchange.ts";
import { parseRestOptions, type RestStoreOptions } from "./rest-options.ts";
import { restSubscribe } from "./rest-subscribe.ts";
import { spent, type TryOutcome, withRetries } from "./retry.ts";
import { retryAfterMs } from "./retry-after.ts";
import { type CommandReply, createScriptRunner, type SendCommand } from "./script-runner.ts";
import { isBusy } from "./server-error.ts";
import type { RunOptions, Store } from "./store.ts";

/**
 * A store reached by `fetch` over the Upstash REST protocol.
 *
 * @example
 * ```ts
 * const store = restStore({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN });
 * ```
 * @throws HoldfastError `invalid-argument` for a URL, token or number that cannot work.
 */
export function restStore(options: RestStoreOptions): Store {
  const { url, token, timeoutMs, retry, clock, fetch } = parseRestOptions(options);
  const runScript = createScriptRunner();
  /** Read-your-writes over replicas: the token of the last answer goes out with the next request. */
  let syncToken = "";

  async function tryOnce(
    body: string,
    options: RunOptions,
    limitMs: number,
  ): Promise<TryOutcome<CommandReply>> {
    options.onSend?.();
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "upstash-sync-token": syncToken,
    };
    const answer = await exchange(clock, fetch, url, headers, body, limitMs, options);
    if ("retry" in answer) return answer;
    syncToken = answer.headers.get("upstash-sync-token") ?? syncToken;
    return decode(answer.status, answer.headers, answer.text, clock);
  }

  return {
    run(script, keys, args, options = {}) {
      const started = instant(clock);
      const send: SendCommand = (command) => {
        const body = JSON.stringify(command);
        const left = spent(clock, started, options);
        return withRetries(clock, retry, timeoutMs, left, (limitMs) => tryOnce(body, options, limitMs));
      };
      return runScript(send, script, keys, args);
    },
    subscribe: (channel, onMessage, signal) =>
      restSubscribe(clock, fetch, url, token, timeoutMs, channel, onMessage, signal),
  };
}

function decode(status: number, headers: Headers, text: string, clock: Clock): TryOutcome<CommandReply> {
  if (status === 429 || status >= 500)
    return {
      retry: "status",
      text: `HTTP ${status}`,
      afterMs: retryAfterMs(headers.get("retry-after"), clock),
    };
  if (status === 401 || status === 403)
    throw new HoldfastError("unauthorized", `the store answered HTTP ${status}: check the REST token.`);

  const reply = parseJson(text);
  if (reply && "error" in reply && typeof reply.error === "string") {
    if (isBusy(reply.error)) return { retry: "busy", text: "the database is busy or loading" };
    return { answer: { error: reply.error } };
  }
  if (status === 200 && reply && "result" in reply) return { answer: { result: reply.result as never } };
  if (status === 200) return { retry: "network", text: "the answer was not the REST protocol's JSON" };
  throw new HoldfastError(
    "refused",
    `the store answered HTTP ${status}: check that the URL is a Redis REST endpoint.`,
  );
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
