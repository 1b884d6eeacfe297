import type { Send } from "./connection.ts";

/** A page of SCAN over several servers, one after the other. The cursor is "server.cursor". */
export interface Page {
  readonly send: Send | undefined;
  readonly command: readonly string[];
  /** The cursor after a page whose own next cursor is this. */
  after(next: string): string;
}

export function page(
  masters: readonly Send[],
  cursor: string,
  keyPrefix: string,
  pattern: string,
  count: number,
): Page {
  const [left = "0", right] = cursor.split(".");
  const at = right === undefined ? 0 : Number(left);
  const match = keyPrefix.replace(/[*?[\]\\]/g, "\\$&") + pattern;
  return {
    send: masters[at],
    command: ["SCAN", right ?? left, "MATCH", match, "COUNT", String(count)],
    after(next) {
      if (next !== "0") return `${at}.${next}`;
      return at + 1 < masters.length ? `${at + 1}.0` : "0";
    },
  };
}
