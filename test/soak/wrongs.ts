import type { ClientsFigures } from "./clients-host.ts";
import type { Exclusion } from "./exclusion.ts";
import type { JudgedTrend } from "./judgement.ts";
import type { Rest } from "./rest.ts";

/** What a run is judged by. */
export interface Findings {
  readonly trends: readonly JudgedTrend[];
  readonly rest: Rest;
  readonly exclusion: Pick<Exclusion, "violations" | "examples">;
  readonly told: readonly Pick<ClientsFigures, "unexpected" | "errors" | "taken">[];
  readonly cycles: number;
}

/** Says what should not be; nothing when all was right. */
export function wrongs({ trends, rest, exclusion, told, cycles }: Findings): string[] {
  const said: string[] = [];
  if (cycles === 0) said.push("no lock cycle came to its end");
  if (exclusion.violations > 0)
    said.push(`exclusion was violated ${exclusion.violations} times`, ...exclusion.examples);
  const unexpected = told.reduce((sum, { errors }) => sum + (errors.unexpected ?? 0), 0);
  if (unexpected > 0)
    said.push(
      `${unexpected} cycles failed as no fault explains`,
      ...told.flatMap((process) => process.unexpected),
    );
  const taken = told.flatMap((process) => process.taken);
  if (taken.length > 0)
    said.push(
      `${taken.length} leases were taken away though nobody broke one: ${taken.slice(0, 5).join(", ")}`,
    );
  for (const { process, metric, slope, margin, counts, verdict } of trends)
    if (verdict === "growing" && counts)
      said.push(`${process}: ${metric} grows by ${megabytes(slope)} ± ${megabytes(margin)} MB an hour`);

  if (rest.unfinished.length > 0) said.push(`cycles that never ended: ${rest.unfinished.join(", ")}`);
  for (const [process, { timers, resources }] of Object.entries(rest.busy))
    said.push(`${process} did not come to rest: ${timers} timers, ${JSON.stringify(resources)}`);
  if (rest.streams > 0) said.push(`${rest.streams} event streams stayed open`);
  if (rest.lifetimes.endless.length > 0)
    said.push(`keys that do not end in time: ${rest.lifetimes.endless.join(", ")}`);
  if (rest.keysLeft !== undefined && rest.keysLeft > 0)
    said.push(`${rest.keysLeft} keys are left after the last TTL`);
  return said;
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
