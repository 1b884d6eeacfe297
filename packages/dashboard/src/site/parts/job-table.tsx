import type { JSX } from "preact";
import { now } from "../state/clock.ts";
import { isStale, type JobRow } from "../state/jobs.ts";
import { jobHref } from "../state/route.ts";
import { latestOf, type Run } from "../state/runs.ts";
import { Flag, Mark, State } from "./run-state.tsx";
import { Text } from "./text.tsx";
import { coarse, FromNow } from "./when.tsx";

/** Jobs as rows; the whole row leads to the job's page. */
export function JobTable({ rows }: { rows: readonly JobRow[] }): JSX.Element {
  return (
    <table class="locks jobs">
      <caption class="unseen">Jobs that are remembered</caption>
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col" class="wide">
            Schedule
          </th>
          <th scope="col" class="widest">
            Latest deliveries
          </th>
          <th scope="col">Latest run</th>
          <th scope="col" class="wide">
            Last success
          </th>
          <th scope="col">Next</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row row={row} key={row.job} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: JobRow }): JSX.Element {
  const latest = latestOf(row.runs);
  const href = jobHref(row.job);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" {...(href === undefined ? {} : { href })}>
          <Text value={row.job} />
        </a>
        <span class="narrow muted small">
          <ScheduleText {...row} />
        </span>
      </th>
      <td class="wide">
        <ScheduleText {...row} />
      </td>
      <td class="widest">
        <Deliveries runs={row.runs} />
      </td>
      <td>
        {latest === undefined ? (
          <span class="muted">none</span>
        ) : (
          <>
            <State state={latest.state} />
            <span class="block muted small">
              <Since run={latest} />
            </span>
          </>
        )}
      </td>
      <td class="wide">
        {row.lastSucceededAt === null ? (
          <span class="muted">none</span>
        ) : (
          <FromNow at={row.lastSucceededAt} />
        )}
      </td>
      <td>
        <Flags overdue={row.overdue} latest={latest} />
        {row.nextAt === null ? <span class="muted">–</span> : <FromNow at={row.nextAt} />}
      </td>
    </tr>
  );
}

/** When it began; how long it goes on. */
export function Since({ run }: { run: Run }): JSX.Element {
  return run.state === "running" ? (
    <>for {coarse(now.value - run.startedAt)}</>
  ) : (
    <FromNow at={run.startedAt} />
  );
}

/** What somebody should look after. */
export function Flags({
  overdue,
  latest,
}: {
  overdue: boolean;
  latest: Run | undefined;
}): JSX.Element | null {
  if (latest !== undefined && isStale(latest, now.value))
    return (
      <Flag text="Stale" title="Down as running for more than a day, which no run may be: it has died" />
    );
  if (!overdue || latest?.state === "running") return null;
  return <Flag text="Overdue" title="It was due more than a minute ago, and has not succeeded since" />;
}

export function ScheduleText({ schedule, timeZone }: Pick<JobRow, "schedule" | "timeZone">): JSX.Element {
  if (schedule === null) return <span class="muted">not known</span>;
  return (
    <>
      <code class="schedule">
        <Text value={schedule} />
      </code>{" "}
      {timeZone !== null && (
        <span class="muted small">
          <Text value={timeZone} />
        </span>
      )}
    </>
  );
}

/** The oldest first, as time goes. */
function Deliveries({ runs }: { runs: readonly Run[] }): JSX.Element {
  const states = runs.map(({ state }) => state).toReversed();
  return (
    <span class="deliveries" role="img" aria-label={states.join(", ")}>
      {states.map((state, index) => (
        <Mark state={state} key={index} />
      ))}
    </span>
  );
}
