import { HoldfastError } from "../errors.ts";
import type { LocksContext } from "../locks/context.ts";
import { type Holder, inspection } from "../locks/inspection.ts";

/** Who leads, as anybody may see it. Moments are by the local clock, in milliseconds since the epoch. */
export type Leader = Pick<Holder, "hash" | "metadata" | "fence" | "since" | "expiresAt">;

/** Looks who holds the name. */
export async function leaderOf(
  { commands, clock }: Pick<LocksContext, "commands" | "clock">,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Leader | undefined> {
  const reply = await commands.inspect(name, 1, { signal });
  const { kind, holders } = inspection(name, reply, clock.wall());
  if (kind !== undefined && kind !== "mutex")
    throw new HoldfastError(
      "kind-mismatch",
      `${JSON.stringify(name)} is in use as a ${kind}; choose another name or namespace.`,
    );
  const [holder] = holders;
  if (!holder) return undefined;
  const { hash, metadata, fence, since, expiresAt } = holder;
  return { hash, metadata, fence, since, expiresAt };
}
