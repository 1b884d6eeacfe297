import { lockEvent } from "@holdfast/protocol";
import type { Notices } from "../nodes/notices.ts";
import { BOUNDS, type Counted, counted, type EventType } from "./counters.ts";

/** The text format of Prometheus, version 0.0.4. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** A tenant's counters; `tenant` is empty for the operator's own names. */
export interface TenantCounters {
  readonly tenant: string;
  readonly fields: ReadonlyMap<string, number>;
}

/** Asked for when it is needed: at the edge nothing works on import. */
const types = (): readonly EventType[] => lockEvent.shape.type.options;

export function exposition(tenants: readonly TenantCounters[]): string {
  return [
    "# HELP holdfast_lock_events_total What happened to locks through the service.",
    "# TYPE holdfast_lock_events_total counter",
    ...tenants.flatMap(({ tenant, fields }) =>
      types().map((type) =>
        sample("holdfast_lock_events_total", { tenant, type }, counted(fields, type).total),
      ),
    ),
    "# HELP holdfast_lock_wait_seconds How long locks were waited for, granted or given up.",
    ...histogram("holdfast_lock_wait_seconds", tenants, ["acquired", "timed-out"]),
    "# HELP holdfast_lock_hold_seconds How long leases were held, by how they ended.",
    ...histogram("holdfast_lock_hold_seconds", tenants, ["released", "expired", "lost", "broken"]),
    "",
  ].join("\n");
}

const VOTES = ["yes", "no", "barred", "silent", "refused"] as const;

/** What this isolate was told by where its locks live. */
export function noticed({ votes, underReplicated }: Notices): string {
  const nodes = [...votes].flatMap(([node, counts]) =>
    VOTES.map((vote) => sample("holdfast_node_votes_total", { node, vote }, counts.get(vote) ?? 0)),
  );
  return [
    ...(nodes.length > 0
      ? [
          "# HELP holdfast_node_votes_total How the nodes answered what this isolate asked of them.",
          "# TYPE holdfast_node_votes_total counter",
          ...nodes,
        ]
      : []),
    "# HELP holdfast_under_replicated_total Requests of this isolate that too few replicas acknowledged.",
    "# TYPE holdfast_under_replicated_total counter",
    `holdfast_under_replicated_total ${underReplicated}`,
    "",
  ].join("\n");
}

function histogram(metric: string, tenants: readonly TenantCounters[], outcomes: readonly EventType[]) {
  return [
    `# TYPE ${metric} histogram`,
    ...tenants.flatMap(({ tenant, fields }) =>
      outcomes.flatMap((outcome) => series(metric, { tenant, outcome }, counted(fields, outcome))),
    ),
  ];
}

function series(metric: string, labels: Labels, { atMost, timed, sumMs }: Counted): string[] {
  return [
    ...BOUNDS.map((bound, i) =>
      sample(`${metric}_bucket`, { ...labels, le: String(bound / 1000) }, atMost[i] ?? 0),
    ),
    sample(`${metric}_bucket`, { ...labels, le: "+Inf" }, timed),
    sample(`${metric}_sum`, labels, sumMs / 1000),
    sample(`${metric}_count`, labels, timed),
  ];
}

type Labels = Readonly<Record<string, string>>;

/** Tenants are of `a-z 0-9 -`, nodes of `A-Z a-z 0-9 _ . : -`, and all other values are ours: nothing needs escaping. */
function sample(metric: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${metric}{${pairs.join(",")}} ${value}`;
}
