import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { now } from "../state/clock.ts";
import { isStale } from "../state/jobs.ts";
import { type Run, tookMs } from "../state/runs.ts";
import { age, count, duration } from "./format.ts";
import { State, why } from "./run-state.tsx";
import { Metadata, Text } from "./text.tsx";
import { At } from "./when.tsx";

const FIRST = 25;
/** An error of more than this, or of several lines, is opened on demand. */
const SHORT = 140;

/** The deliveries of a job, in words; the latest first. */
export function RunTable({ runs }: { runs: readonly Run[] }): JSX.Element {
  const all = useSignal(false);
  const shown = all.value ? runs : runs.slice(0, FIRST);
  return (
    <>
      <table class="events runs">
        <caption class="unseen">Runs of this job, the latest first</caption>
        <thead>
          <tr>
            <th scope="col">Occurrence</th>
            <th scope="col">State</th>
            <th scope="col" class="wide number">
              Attempt
            </th>
            <th scope="col" class="wide">
              Started
            </th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="wide">
              Host
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((run) => (
            <Row run={run} key={run.id} />
          ))}
        </tbody>
      </table>
      {shown.length < runs.length && (
        <button
          type="button"
          onClick={() => {
            all.value = true;
          }}
        >
          Show all {count(runs.length)}
        </button>
      )}
    </>
  );
}

function Row({ run }: { run: Run }): JSX.Element {
  const host = run.host === null ? <span class="muted">–</span> : <Text value={run.host} />;
  return (
    <tr>
      <th scope="row" class="occurrence">
        {run.scheduledAt === null ? <Text value={run.occurrence} /> : <At at={run.scheduledAt} />}
        {run.host !== null && <span class="narrow muted small">{host}</span>}
      </th>
      <td class="became">
        <State state={run.state} />
        {run.state === "skipped" && <span class="muted">: {why(run)}</span>}
        <Details run={run} />
      </td>
      <td class="wide number">{run.state === "skipped" ? "" : count(run.attempt)}</td>
      <td class="wide">
        <At at={run.startedAt} />
      </td>
      <td class="number">
        <Took run={run} />
      </td>
      <td class="wide actor">{host}</td>
    </tr>
  );
}

function Took({ run }: { run: Run }): JSX.Element {
  const ms = tookMs(run);
  if (ms !== undefined) return <>{duration(ms)}</>;
  if (run.state !== "running") return <span class="muted">–</span>;
  return (
    <>
      {isStale(run, now.value) ? "over a day" : age(now.value - run.startedAt)}
      <span class="block muted small">so far</span>
    </>
  );
}

function Details({ run: { error, metadata } }: { run: Run }): JSX.Element | null {
  if (error === null && metadata === null) return null;
  const [first = ""] = (error ?? "").split("\n");
  const cut = error !== null && (error !== first || first.length > SHORT);
  return (
    <>
      {error !== null && (
        <p class="run-error">
          <Text value={cut ? `${first.slice(0, SHORT)}…` : error} title={false} />
        </p>
      )}
      {(cut || metadata !== null) && (
        <details>
          <summary>
            {cut ? (metadata === null ? "Whole error" : "Whole error, metadata") : "Metadata"}
          </summary>
          {cut && <Metadata value={error} />}
          {metadata !== null && <Metadata value={metadata} />}
        </details>
      )}
    </>
  );
}
