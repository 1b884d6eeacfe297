import { HoldfastError, type Json, type Reply } from "@holdfast/core";
import type { BeginReply, FinishReply, JobHistory, RunRecord, SkipReason, TaskRecord } from "../commands.ts";

export function decodeBegin(reply: Reply): BeginReply {
  const [state, at, a, b, c, d] = list(reply);
  const now = whole(at);
  switch (state) {
    case "began":
      return { state, now, attempt: whole(a), previousAt: maybeWhole(b) };
    case "succeeded": {
      const remembered = whole(c) === 1;
      return { state, now, attempt: whole(a), endedAt: whole(b), result: maybeText(d), remembered };
    }
    case "running":
      return { state, now, endsAt: whole(a) };
    case "soon":
      return { state: "too-soon", now, retryAfterMs: Math.max(whole(a) - now, 0) };
    case "exhausted":
      return { state, now, attempts: whole(a), error: maybeText(b) };
    case "busy":
    case "stale":
    case "mismatch":
      return { state, now };
    default:
      throw garbage();
  }
}

export function decodeFinish(reply: Reply): FinishReply {
  const [state, now] = list(reply);
  if (state !== "recorded" && state !== "stale") throw garbage();
  return { state, now: whole(now) };
}

const TASK_STATES = ["running", "succeeded", "failed", "abandoned", "idle"] as const;

export function decodeLook(
  reply: Reply,
  count: number,
): { now: number; records: readonly (TaskRecord | null)[] } {
  const [at, ...rows] = list(reply);
  const now = whole(at);
  if (rows.length !== count) throw garbage();
  const records = rows.map((row) => {
    const fields = list(row);
    if (fields.length === 0) return null;
    const [state, attempt, started, ended, lasts, kept, fault, result] = fields;
    const known = TASK_STATES.find((one) => one === state);
    if (!known) throw garbage();
    const dead = known === "running" && now >= whole(lasts);
    return {
      state: dead ? ("abandoned" as const) : known,
      attempt: whole(attempt),
      startedAt: maybeWhole(started),
      endedAt: known === "running" ? null : maybeWhole(ended),
      result: maybeText(result),
      remembered: kept === "1",
      error: maybeText(fault),
    };
  });
  return { now, records };
}

export function decodeHistories(reply: Reply, jobs: readonly string[]): (JobHistory & { job: string })[] {
  const [at, ...rows] = list(reply);
  const now = whole(at);
  if (rows.length !== jobs.length) throw garbage();
  return jobs.map((job, i) => {
    const [schedule, zone, success, ...pairs] = list(rows[i]);
    const runs: RunRecord[] = [];
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const line = text(pairs[at + 1]);
      if (line !== "") runs.push(decodeRun(job, text(pairs[at]), line));
    }
    return {
      job,
      now,
      schedule: maybeText(schedule),
      timeZone: maybeText(zone),
      lastSucceededAt: maybeWhole(success),
      runs,
    };
  });
}

export function decodeTexts(reply: Reply): string[] {
  return list(reply).map(text);
}

const RUN =
  /^(running|succeeded|failed|abandoned|skipped)(?::([a-z-]+))? (\d+) (\d+) (\d+) (\d+) (\d+|-) (.*)$/s;

/** What the client that wrote a run said about itself. */
export interface Who {
  readonly occurrence: string;
  readonly host: string | null;
  readonly metadata: Json | null;
  readonly error: string | null;
}

function decodeRun(job: string, id: string, line: string): RunRecord {
  const [, state, why, attempt, fence, started, ended, scheduled, who] = RUN.exec(line) ?? [];
  if (!state || !who) throw garbage();
  return {
    id,
    job,
    scheduledAt: scheduled === "-" ? null : whole(scheduled),
    state: state as RunRecord["state"],
    ...(why && { why: why as SkipReason }),
    attempt: whole(attempt),
    fence: whole(fence),
    startedAt: whole(started),
    endedAt: whole(ended) || null,
    ...decodeWho(who),
  };
}

function decodeWho(json: string): Who {
  try {
    const { occurrence, host = null, metadata = null, error = null } = JSON.parse(json) as Partial<Who>;
    return { occurrence: text(occurrence), host, metadata, error };
  } catch {
    throw garbage();
  }
}

function list(reply: Reply | undefined): readonly Reply[] {
  if (!Array.isArray(reply)) throw garbage();
  return reply;
}

function text(value: Reply | undefined): string {
  if (typeof value !== "string") throw garbage();
  return value;
}

function maybeText(value: Reply | undefined): string | null {
  return value === null || value === undefined || value === "" ? null : text(value);
}

function whole(value: Reply | undefined): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) throw garbage();
  return number;
}

function maybeWhole(value: Reply | undefined): number | null {
  return value === null || value === "" || value === undefined ? null : whole(value);
}

function garbage(): HoldfastError {
  return new HoldfastError(
    "unavailable",
    "the store's answer is not one of the script's; is something between?",
  );
}
