import { describe, expect, it } from "vitest";
import type { Store } from "../store/store.ts";
import { parseQuorum, type QuorumNode } from "./options.ts";
import { createTally } from "./tally.ts";
import type { Vote } from "./vote.ts";

const stores = Array.from({ length: 5 }, () => ({ run: async () => null }) as Store);
const quorum = parseQuorum("test", stores, {});
const OWN = "owner.aaaa0001";

const yes = (epoch: string, fence: number, remainingMs: number): Vote => ({
  vote: "yes",
  epoch,
  owner: OWN,
  remainingMs,
  serverNow: 1,
  fences: [fence],
});
const barred = (epoch: string, forMs: number): Vote => ({ vote: "barred", epoch, forMs });
const [a, b, c, d, e] = quorum.nodes as [QuorumNode, QuorumNode, QuorumNode, QuorumNode, QuorumNode];

describe("the count of a try's votes", () => {
  it("is decided by a majority that has the fence on record, and by no less", async () => {
    const tally = createTally(quorum, OWN);
    for (const [node, fence] of [
      [a, 3],
      [b, 7],
    ] as const)
      tally.add(node, yes(node.label, fence, 1000));
    expect(tally.outcome(false)).toBeUndefined();
    tally.add(c, yes("c", 5, 1000));
    expect(tally.outcome(false)).toBeUndefined();
    expect(await tally.fences).toEqual([7]);
    for (const node of [a, b]) tally.wrote(node, true);
    expect(tally.outcome(false)).toBeUndefined();
    tally.wrote(c, true);
    expect(tally.outcome(false)).toMatchObject({ status: "granted", fences: [7] });
  });

  it("gives the time that nodes grant which have the fence, not that of nodes which refused it", () => {
    const tally = createTally(quorum, OWN);
    const remaining = [60_000, 60_000, 50_000, 1000, 900];
    for (const [i, node] of quorum.nodes.entries()) tally.add(node, yes(node.label, 1, remaining[i] ?? 0));
    tally.outcome(false);
    for (const node of [a, b]) tally.wrote(node, false);
    for (const node of [c, d, e]) tally.wrote(node, true);
    expect(tally.outcome(true)).toMatchObject({ status: "granted", remainingMs: 900 });
  });

  it("ends when a majority is impossible, and says of each node why", () => {
    const tally = createTally(quorum, OWN);
    tally.add(a, barred("a", 41_000));
    tally.add(b, barred("b", 0));
    expect(tally.outcome(false)).toBeUndefined();
    tally.add(c, barred("c", 90_000));
    expect(() => tally.outcome(false)).toThrow(
      "fewer than 3 of the 5 nodes of the quorum voted in time: node-1, node-3 cannot vote yet, being new or back from a restart " +
        "(the first in 41 s; for a new quorum that nobody has used yet, run foundQuorum once, with the namespace of the locks); " +
        "node-2 has waited after a restart, and may vote once a majority of nodes answers that were not restarted.",
    );
  });

  it("refuses two nodes that are one", () => {
    const tally = createTally(quorum, OWN);
    tally.add(a, yes("same", 1, 1000));
    expect(() => tally.add(d, yes("same", 1, 1000))).toThrow(
      "node-1 and node-4 of the quorum are the same database",
    );
  });
});
