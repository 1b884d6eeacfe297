import type { LockEvent, NodeVote } from "@holdfast/core";
import type { Service } from "../context.ts";
import { perService } from "../services.ts";

/**
 * What this isolate has been told by where its locks live, since it began. Each request to a quorum brings as many votes as there are
 * nodes: too many to be written to the database, as lock events are.
 */
export interface Notices {
  /** By node and vote. */
  readonly votes: Map<string, Map<NodeVote, number>>;
  underReplicated: number;
}

export const noticesOf: (service: Service) => Notices = /* @__PURE__ */ perService(({ nodes }) => ({
  votes: new Map(nodes?.labels.map((label) => [label, new Map()])),
  underReplicated: 0,
}));

/** Counts an event that is one of these. */
export function noticed(service: Service, event: LockEvent): void {
  const notices = noticesOf(service);
  if (event.type === "under-replicated") notices.underReplicated++;
  if (event.type !== "voted") return;
  const votes = notices.votes.get(event.node);
  votes?.set(event.vote, (votes.get(event.vote) ?? 0) + 1);
}
