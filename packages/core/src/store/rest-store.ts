import type { Clock } from "../clock.ts";
import { HoldfastError } from "../errors.ts";
import { instant } from "../lease/deadline.ts";
import { unproven } from "./acks.ts";
import { type Answer, exchange } from "./exchange.ts";
import { parseRestOptions, type RestStoreOptions } from "./rest-options.ts";
import { restSubscribe, under } from "./rest-subscribe.ts";
import { spent, type TryOutcome, withRetries } from "./retry.ts";
import { retryAfterMs } from "./retry-after.ts";
import { type CommandReply, createScriptRunner, type SendCommand } from "./script-runner.ts";
import { isBusy } from "./server-error.ts";
import type { Reply, RunOptions, Store } from "./store.ts";

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
  const { url, token, timeoutMs, retry, acks, clock, fetch } = parseRestOptions(options);
  const runScript = createScriptRunner(acks);
  /** Read-your-writes over replicas: the token of the last answer goes out with the next request. */
  let syncToken = "";

  async function tryOnce(
    command: readonly string[],
    behind: readonly string[] | undefined,
    options: RunOptions,
    limitMs: number,
  ): Promise<TryOutcome<CommandReply>> {
    options.onSend?.();
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "upstash-sync-token": syncToken,
    };
    const to = behind ? under(url, "pipeline") : url;
    const body = JSON.stringify(behind ? [command, behind] : command);
    const answer = await exchange(clock, fetch, to, headers, body, limitMs, options);
    if ("retry" in answer) return answer;
    syncToken = answer.headers.get("upstash-sync-token") ?? syncToken;
    return decode(answer, clock, behind !== undefined);
  }

  return {
    run(script, keys, args, options = {}) {
      const started = instant(clock);
      const send: SendCommand = (command, behind) => {
        const left = spent(clock, started, options);
        return withRetries(clock, retry, timeoutMs, left, (limitMs) =>
          tryOnce(command, behind?.(limitMs), options, limitMs),
        );
      };
      return runScript(send, script, keys, args, options);
    },
    subscribe: unproven(acks, (channel, onMessage, signal) =>
      restSubscribe(clock, fetch, url, token, timeoutMs, channel, onMessage, signal),
    ),
  };
}

/** `pipelined`: two commands were sent, so there are two replies, unless the request as a whole was refused. */
function decode(
  { status, headers, text }: Answer,
  clock: Clock,
  pipelined: boolean,
): TryOutcome<CommandReply> {
  if (status === 429 || status >= 500)
    return {
      retry: "status",
      text: `HTTP ${status}`,
      afterMs: retryAfterMs(headers.get("retry-after"), clock),
    };
  if (status === 401 || status === 403)
    throw new HoldfastError("unauthorized", `the store answered HTTP ${status}: check the REST token.`);

  const json = parseJson(text);
  const rows = pipelined && Array.isArray(json) ? json : [json];
  const [reply, behind] = rows.map(decodeRow);
  if ([reply, behind].some((row) => row && "error" in row && isBusy(row.error)))
    return { retry: "busy", text: "the database is busy or loading" };
  if (reply && ("error" in reply || (status === 200 && pipelined === (behind !== undefined))))
    return { answer: { ...reply, behind } };
  if (status === 200) return { retry: "network", text: "the answer was not the REST protocol's JSON" };
  throw new HoldfastError(
    "refused",
    `the store answered HTTP ${status}: check that the URL is a Redis REST endpoint.`,
  );
}

function decodeRow(row: unknown): CommandReply | undefined {
  const { error, result } = (row ?? {}) as { error?: unknown; result?: Reply };
  if (typeof error === "string") return { error };
  return result === undefined ? undefined : { result };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
