import {
  decodeLockKind,
  decodeMetadata,
  decodeMode,
  decodeWhole,
  list,
  surveyRows,
  text,
} from "../lock/replies.ts";
import type { Reply } from "../store/store.ts";
import type { SurveyedLock } from "./survey.ts";

/** What `survey.lua` answers. */
export function decodeSurvey(
  reply: Reply,
  nameOf: (key: string) => string,
): { readonly cursor: string; readonly locks: SurveyedLock[] } {
  const [cursor, now, lines] = list(reply);
  const serverNow = decodeWhole(now);
  const locks: SurveyedLock[] = [];
  for (const row of surveyRows(lines)) {
    const [key, kind, capacity, used, holders, waiting, lastFence, hash, expiry, fence, mode, metadata] = row;
    const known = decodeLockKind(kind);
    if (known === "unused") continue;
    locks.push({
      name: nameOf(text(key)),
      kind: known,
      capacity: decodeWhole(capacity),
      used: decodeWhole(used),
      holders: decodeWhole(holders),
      waiting: decodeWhole(waiting),
      lastFence: decodeWhole(lastFence),
      serverNow,
      holder:
        hash === ""
          ? undefined
          : {
              hash: text(hash),
              since: Math.floor(decodeWhole(fence) / 1000),
              expiresAt: decodeWhole(expiry),
              mode: decodeMode(mode),
              metadata: decodeMetadata(metadata),
            },
    });
  }
  return { cursor: text(cursor), locks };
}
