const BATCHES: ReadonlySet<string | undefined> = new Set(["pipeline", "multi-exec"]);
/** Their body, `[]`, is not an argument. */
const STREAMS: ReadonlySet<string | undefined> = new Set(["subscribe", "psubscribe", "monitor"]);

/**
 * The commands that a request of the Upstash REST protocol carries: a JSON array as the body, an array of those
 * under `/pipeline` and `/multi-exec`, or one command in the path with the body as its last argument.
 */
export function commandsOf(url: string, method: string, body: string): string[][] {
  const path = segmentsOf(url);
  if (path.length === 0) return rowsOf([json(body)]);
  if (path.length === 1 && BATCHES.has(path[0])) return rowsOf(json(body));
  const hasArgument = method !== "GET" && body !== "" && !STREAMS.has(path[0]);
  return [hasArgument ? [...path, body] : path];
}

function rowsOf(rows: unknown): string[][] {
  return Array.isArray(rows) ? rows.filter(Array.isArray).map((row) => row.map(String)) : [];
}

function segmentsOf(url: string): string[] {
  try {
    return new URL(url).pathname.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return [];
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
