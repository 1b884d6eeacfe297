/**
 * How the body of an answer is damaged:
 * - `truncated`: cut in the middle.
 * - `html`: a proxy's error page.
 * - `empty`: nothing.
 * - `error`: `{"error": …}` under status 200.
 * - `huge-numbers`: every number is 1e300, past all safe integers.
 * - `wrong-types`: numbers are words, strings are numbers, nulls are objects; the shape stays.
 * - a function: the new body, made from the true one.
 */
export type Garbage =
  | "truncated"
  | "html"
  | "empty"
  | "error"
  | "huge-numbers"
  | "wrong-types"
  | ((body: string) => string);

const PAGE = "<!doctype html><html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>";

/** The answer with status 200 and its body damaged. */
export async function garbled(answer: Response, garbage: Garbage): Promise<Response> {
  const body = damage(await answer.text(), garbage);
  const type = garbage === "html" ? "text/html" : "application/json";
  return new Response(body, { headers: { "content-type": type } });
}

function damage(body: string, garbage: Garbage): string {
  if (typeof garbage === "function") return garbage(body);
  switch (garbage) {
    case "truncated":
      return body.slice(0, Math.floor(body.length / 2));
    case "html":
      return PAGE;
    case "empty":
      return "";
    case "error":
      return JSON.stringify({ error: "ERR internal error" });
    case "huge-numbers":
      return mapValues(body, (value) => (typeof value === "number" ? 1e300 : value));
    case "wrong-types":
      return mapValues(body, wrongType);
  }
}

function wrongType(value: unknown): unknown {
  if (typeof value === "number") return "many";
  if (typeof value === "string") return 0;
  return value === null ? {} : value;
}

/** Replaces the leaves of a JSON text; one that is not JSON is garbage enough. */
function mapValues(json: string, replace: (value: unknown) => unknown): string {
  try {
    return JSON.stringify(JSON.parse(json, (_key, value: unknown) => replace(value)));
  } catch {
    return json;
  }
}
