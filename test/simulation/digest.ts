import { createHash } from "node:crypto";
import type { RunResult } from "./run-seed.ts";

/** The same for the same run, bit for bit. */
export function digestOf({ history }: Pick<RunResult, "history">): string {
  return createHash("sha256").update(JSON.stringify(history)).digest("hex");
}
