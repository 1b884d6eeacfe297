import type { Quorum, QuorumNode } from "./options.ts";
import type { Vote } from "./vote.ts";

/** Why too few voted, and what can be done about it. */
export function describeShortfall(
  { nodes, majority }: Quorum,
  votes: readonly (readonly [QuorumNode, Vote])[],
): string {
  const labels = (fits: (vote: Vote) => boolean) =>
    votes.filter(([, vote]) => fits(vote)).map(([node]) => node.label);
  const waiting = votes.flatMap(([, vote]) => (vote.vote === "barred" && vote.forMs > 0 ? [vote.forMs] : []));
  const reasons = [
    said(
      labels(({ vote }) => vote === "silent"),
      "gave no answer",
    ),
    said(
      labels(({ vote }) => vote === "refused"),
      "refused",
    ),
    said(
      labels((vote) => vote.vote === "barred" && vote.forMs > 0),
      `cannot vote yet, being new or back from a restart (the first in ${Math.ceil(Math.min(...waiting) / 1000)} s; ` +
        "for a new quorum that nobody has used yet, run foundQuorum once, with the namespace of the locks)",
    ),
    said(
      labels((vote) => vote.vote === "barred" && vote.forMs === 0),
      "has waited after a restart, and may vote once a majority of nodes answers that were not restarted",
    ),
  ].filter((reason) => reason !== undefined);
  const why = reasons.length > 0 ? reasons.join("; ") : "the votes ran out before the fence was written";
  return `fewer than ${majority} of the ${nodes.length} nodes of the quorum voted in time: ${why}.`;
}

function said(labels: readonly string[], what: string): string | undefined {
  return labels.length > 0 ? `${labels.join(", ")} ${what}` : undefined;
}
