import { OPTION_NAMES } from "../options.ts";
import { misconfigured, Problem } from "../problem.ts";

/** How long the database is waited for when a request depends on it. */
const PATIENCE_MS = 3000;

/**
 * What the database answers to a command that is not about a lock.
 *
 * @throws Problem `unavailable`, `refused` or `misconfigured`. The client's own errors repeat the whole command, so nothing of
 * them goes on.
 */
export async function answerOf<T>(asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable()), PATIENCE_MS);
  });
  try {
    return await Promise.race([asked, tooLate]);
  } catch (error) {
    throw error instanceof Problem ? error : toProblem(error);
  } finally {
    clearTimeout(timer);
  }
}

function toProblem(error: unknown): Problem {
  const { name, message } = error instanceof Error ? error : new Error("not an Error");
  if (name !== "UpstashError") return unavailable();
  if (/^(?:WRONGPASS|NOAUTH|Unauthorized)/i.test(message))
    return misconfigured(`the database does not accept ${OPTION_NAMES.token}.`);
  return new Problem("refused", "The database refused a command of this service.");
}

function unavailable(): Problem {
  return new Problem("unavailable", "The database does not answer.", { headers: { "retry-after": "1" } });
}
