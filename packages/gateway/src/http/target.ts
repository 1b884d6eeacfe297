import { type Command, command } from "../commands/command.ts";
import type { Argument } from "../engine/connection.ts";
import { RequestProblem } from "./problem.ts";

/** A name and its value, or a word by itself (`?NX`). */
type QueryPair = readonly [name: string, value?: string];

/** A request's target as it was sent: `URL` would fold away empty segments and dots, which are data here. */
export interface Target {
  /** Percent-encoded segments after the first "/"; `/` has none. */
  segments: readonly string[];
  /** The query's pairs in order, without `_token`. */
  query: readonly QueryPair[];
  /** The token in the query. */
  token: string | undefined;
}

const TOKEN = "_token";

const readPair = (piece: string): QueryPair => {
  const [[name, value] = ["", ""]] = new URLSearchParams(piece);
  return piece.includes("=") ? [name, value] : [name];
};

export const readTarget = (raw: string): Target => {
  const mark = raw.indexOf("?");
  const path = mark === -1 ? raw : raw.slice(0, mark);
  const query =
    mark === -1
      ? []
      : raw
          .slice(mark + 1)
          .split("&")
          .filter(Boolean)
          .map(readPair);
  return {
    segments: path === "/" || path === "" ? [] : path.slice(1).split("/"),
    query: query.filter(([name]) => name !== TOKEN),
    token: query.find(([name]) => name === TOKEN)?.[1],
  };
};

/**
 * Text where the bytes are UTF-8, otherwise the bytes.
 * @throws RequestProblem 400 on a malformed percent sign.
 */
export const decodeSegment = (segment: string): Argument => {
  try {
    return decodeURIComponent(segment);
  } catch {
    if (/%(?![\da-f]{2})/i.test(segment))
      throw new RequestProblem(400, "ERR failed to decode the request path");
    const bytes = segment.replace(/%(..)/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(bytes, "latin1");
  }
};

/** `/SET/key?EX=10` with the value as body: segments, then the body as raw bytes, then the query's words. */
export const commandFromTarget = (target: Target, body: Buffer): Command => {
  const args: Argument[] = target.segments.map(decodeSegment);
  if (body.length > 0) args.push(body);
  for (const pair of target.query) args.push(...(pair as readonly string[]));
  return command(args);
};
