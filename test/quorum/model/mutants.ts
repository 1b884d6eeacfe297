import { PROTOCOL, type Rules } from "./rules.ts";

export interface Mutant {
  title: string;
  rules: Rules;
}

/** The protocol with one rule left out. The search must find what goes wrong without it. */
export const MUTANTS: readonly Mutant[] = [
  of("the majority is off by one: fences", { majority: 1, acknowledgements: 1 }),
  of("the majority is off by one: exclusion", { majority: 1, acknowledgements: 1, timing: "synchronous" }),
  of("no write-back", { writesBack: false, acknowledgements: 0 }),
  of("a grant counts without waiting for acknowledgements", { acknowledgements: 0 }),
  of("a grant counts with one acknowledgement too few", { acknowledgements: 1 }),
  of("a write-back is taken by a node whose vote somebody else holds", { raises: "always" }),
  of("a write-back is taken by a node that is beyond its fence", { raises: "possessed" }),
  of("the record is forgotten with the vote", { keepsRecord: false }),
  of("all tries of a client share an owner", { ownerPerTry: false, timing: "synchronous" }),
  of("a take-back does not forbid a late vote", { clients: 1, looksFor: "orphans", forbids: false }),
  of("a node that lost its data votes at once: fences", { clients: 1, losses: 1, barsAfterLoss: false }),
  of("a node that lost its data votes at once: exclusion", {
    losses: 1,
    barsAfterLoss: false,
    timing: "synchronous",
  }),
  of("it is admitted with a floor, but does not wait: fences", { clients: 1, losses: 1, waits: false }),
  of("it is admitted with a floor, but does not wait: exclusion", {
    losses: 1,
    waits: false,
    timing: "synchronous",
  }),
  of("it came back with older data, and takes write-backs", {
    losses: 1,
    comesBackWith: "older data",
    raisesWhileBarred: true,
  }),
  of("it waits, and is admitted without a floor", { clients: 1, losses: 1, floor: "none" }),
  of("its fences may equal the floor", { clients: 1, losses: 1, floor: "reached" }),
  of("the marks are read before the wait is over", { clients: 1, losses: 1, readsAfterWait: false }),
  of("one node less than a majority is asked for its mark", { clients: 1, losses: 1, marksAsked: 1 }),
  of("a mark knows only what was written back", { clients: 1, losses: 1, mark: "written back" }),
  of("a mark does not know the node's own floor", { clients: 1, losses: 2, marksFloor: false }),
  of("a late admission is taken after another loss", { clients: 1, losses: 2, admitsByEpoch: false }),
];

function of(title: string, changed: Partial<Rules>): Mutant {
  return { title, rules: { ...PROTOCOL, ...changed } };
}
