import type { BeginReply, CronCommands, FinishReply } from "@holdfast/cron";
import { caretakerOf } from "../caretaker.ts";
import { invalid } from "../check.ts";
import type { Client } from "../create-client.ts";
import { encoded, fits } from "../requests.ts";
import type { Answer } from "../transport.ts";

/**
 * The state of jobs behind the lock service, for `createCronOver` and `createOnceOver` of `@holdfast/cron`: cron handlers that must not
 * hold the database's token run each occurrence once all the same. Does no I/O.
 *
 * A result must fit into a request of 16 KiB; what is longer is not remembered, and later deliveries are told of the success
 * only. The key needs `locks:acquire` for names that begin with `cron:<job>` (of `once`: `once:<key>`), and `locks:read` for
 * histories.
 *
 * @throws HoldfastError `invalid-argument` for what `createClient` did not make.
 * @example
 * ```ts
 * const client = createClient({ url, token });
 * const cron = createCronOver({ commands: cronCommands(client), locks: client });
 * ```
 */
export function cronCommands(client: Client): CronCommands {
  const transport = caretakerOf(client)?.transport;
  if (!transport) throw invalid("cronCommands needs a client that createClient made.");
  return {
    begin: (ask, options) =>
      transport.call({ path: "v1/tasks/begin", body: ask }, options, readState<BeginReply>),
    finish(ask, options) {
      const body = fits(ask) ? ask : { ...ask, result: null, remembered: false };
      return transport.call({ path: "v1/tasks/finish", body }, options, readState<FinishReply>);
    },
    look: (ask, options) =>
      transport.call({ path: "v1/tasks/look", body: ask }, options, (answer) => {
        const { records } = answer.body;
        const fine = Array.isArray(records) && records.length === ask.tasks.length;
        return fine ? readTimed(answer) : undefined;
      }),
    history: ({ job, limit }, options) =>
      transport.call({ method: "GET", path: `v1/jobs/${segment(job)}?limit=${limit}` }, options, (answer) =>
        Array.isArray(answer.body.runs) ? readTimed(answer) : undefined,
      ),
    jobs({ prefix, cursor, limit }, options) {
      const query = [
        ...(prefix === "" ? [] : [`prefix=${encoded(prefix)}`]),
        ...(cursor === "0" ? [] : [`cursor=${cursor}`]),
        `limit=${limit}`,
      ];
      return transport.call({ method: "GET", path: `v1/jobs?${query.join("&")}` }, options, ({ body }) =>
        Array.isArray(body.jobs) ? { jobs: body.jobs, cursor: String(body.cursor ?? "0") } : undefined,
      );
    },
  };
}

/** A URL that has these is another URL, however they are escaped. */
function segment(job: string): string {
  if (job === "." || job === "..")
    throw invalid('a job behind the lock service cannot be called "." or "..".');
  return encoded(job);
}

function readState<Reply>(answer: Answer): Reply | undefined {
  return typeof answer.body.state === "string" ? readTimed(answer) : undefined;
}

/** Anything may answer for a service; what it says of time at least is a time. */
function readTimed<Reply>({ body }: Answer): Reply | undefined {
  return Number.isSafeInteger(body.now) ? (body as Reply) : undefined;
}
