import { invalid } from "../errors.ts";
import { instant, reliableMs } from "../lease/deadline.ts";
import { HeldLease, type LeaseTerms } from "../lease/held-lease.ts";
import type { LeaseKeeper } from "../lease/keeper.ts";
import type { Lease, LeaseJSON } from "../lease/lease.ts";
import { TOKEN_PATTERN } from "./limits.ts";
import { checkName } from "./names.ts";
import { checkTtl } from "./options.ts";

/** The lease that the JSON stands for, unproven until the store confirms it. */
export function adopt(keeper: LeaseKeeper, json: unknown): Lease {
  const lease = check(json);
  const { mode, owner, attemptId, metadata, acquiredAt, ttlMs } = lease;
  const { names = [lease.name], fences = [lease.fence] } = lease;
  const terms: LeaseTerms = {
    names,
    kind: "mutex",
    weight: 1,
    mode,
    claim: { owner, attempt: attemptId },
    fences,
    metadata,
    acquiredAt,
    ttlMs,
  };
  // `expiresAt` is the maker's clock: neither a reason to rely on the lease nor to give it up. It was granted before
  // now, so it is over a TTL from now unless the store says otherwise.
  const deadline = { from: instant(keeper.clock), ms: reliableMs(ttlMs) };
  return new HeldLease(keeper, terms, deadline, false);
}

function check(value: unknown): LeaseJSON {
  const json = value as LeaseJSON;
  if (typeof value !== "object" || value === null || json.version !== 1)
    throw invalid("adopt needs the parsed JSON of a lease: the value of lease.toJSON().");
  checkTtl(json.ttlMs);
  const { names = [json.name], fences = [json.fence] } = json;
  // Spread, since `every` passes over holes.
  const wrong =
    (!(Array.isArray(names) && names.length > 0) && "names") ||
    (json.mode !== "exclusive" && json.mode !== "shared" && "mode") ||
    (!(typeof json.owner === "string" && TOKEN_PATTERN.test(json.owner)) && "owner") ||
    (!(typeof json.attemptId === "string" && TOKEN_PATTERN.test(json.attemptId)) && "attemptId") ||
    (!(Array.isArray(fences) && fences.length === names.length && [...fences].every(isWhole)) && "fence") ||
    (!isWhole(json.acquiredAt) && "acquiredAt") ||
    (!isWhole(json.expiresAt) && "expiresAt");
  if (wrong) throw invalid(`adopt: the lease's ${wrong} is not what lease.toJSON() gives.`);
  for (const name of names) checkName(name);
  return json;
}

function isWhole(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
