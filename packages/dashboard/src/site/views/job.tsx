import type { JobHistoryBody } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Choice } from "../parts/choice.tsx";
import { plural } from "../parts/format.ts";
import { Flags, ScheduleText, Since } from "../parts/job-table.tsx";
import { Empty, Loading, Trouble } from "../parts/notice.tsx";
import { RunCalendar } from "../parts/run-calendar.tsx";
import { endedOf, RunPlot } from "../parts/run-plot.tsx";
import { Legend, State } from "../parts/run-state.tsx";
import { RunTable } from "../parts/run-table.tsx";
import { Text } from "../parts/text.tsx";
import { FromNow } from "../parts/when.tsx";
import { calendarOf, fittingUnit, slotName, UNITS } from "../state/calendar.ts";
import { now } from "../state/clock.ts";
import { loadJob } from "../state/jobs.ts";
import { Refresher } from "../state/refresher.ts";
import { lockHref } from "../state/route.ts";
import { latestOf, type Run } from "../state/runs.ts";
import type { Session } from "../state/session.ts";

const PACE = { everyMs: 10_000, gapMs: 2000 };
const CHOICES = [
  ["Minutes", 0],
  ["Hours", 1],
  ["Days", 2],
] as const;

/** One job: when it ran, how long it took, what became of each delivery. */
export function JobView({ session, job }: { session: Session; job: string }): JSX.Element {
  const history = useMemo(
    () => new Refresher<JobHistoryBody>((signal) => loadJob(session.api, job, signal), PACE),
    [session, job],
  );
  useEffect(() => () => history.stop(), [history]);
  const data = history.data.value;
  return (
    <>
      <nav aria-label="Back">
        <a href="#/jobs">← All jobs</a>
      </nav>
      <div class="lock-head">
        <h1 id="title" tabIndex={-1}>
          <Text value={job} title={false} />
        </h1>
      </div>
      <Trouble error={history.error.value} />
      {data === null ? (
        history.error.value === null && <Loading />
      ) : data.runs.length === 0 ? (
        <Empty title="Nothing is remembered of this job.">
          It has not run, or longer ago than its runs are kept.
        </Empty>
      ) : (
        <>
          <Summary history={data} lock={lockHref(`cron:${job}`)} />
          <Runs runs={data.runs} />
        </>
      )}
      {data !== null && <p class="muted small">Read again every 10 s, and not while this tab is hidden.</p>}
    </>
  );
}

function Summary({ history, lock }: { history: JobHistoryBody; lock: string | undefined }): JSX.Element {
  const latest = latestOf(history.runs);
  return (
    <dl class="facts">
      <div>
        <dt>Latest run</dt>
        <dd>
          {latest !== undefined && (
            <>
              <State state={latest.state} /> <Since run={latest} />
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>Last success</dt>
        <dd>
          {history.lastSucceededAt === null ? (
            <span class="muted">none</span>
          ) : (
            <FromNow at={history.lastSucceededAt} />
          )}
        </dd>
      </div>
      <div>
        <dt>Next</dt>
        <dd>
          <Flags overdue={history.overdue} latest={latest} />
          {history.nextAt === null ? <span class="muted">not known</span> : <FromNow at={history.nextAt} />}
        </dd>
      </div>
      <div>
        <dt>Schedule</dt>
        <dd>
          <ScheduleText {...history} />
        </dd>
      </div>
      {lock !== undefined && (
        <div>
          <dt>Its lock</dt>
          <dd>
            <a href={lock}>Who holds it</a>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Runs({ runs }: { runs: readonly Run[] }): JSX.Element {
  const wanted = useSignal<number | null>(null);
  const chosen = useSignal<number | null>(null);
  const unit = UNITS[wanted.value ?? -1] ?? fittingUnit(runs, now.value);
  const calendar = calendarOf(runs, unit, now.value);
  const slot = calendar.slots.find(({ from }) => from === chosen.value);
  const choose = (from: number | null) => {
    chosen.value = from;
  };
  return (
    <>
      <section class="card" aria-labelledby="calendar">
        <div class="card-head">
          <h2 id="calendar">Calendar</h2>
          <Choice
            label="Slots of"
            options={CHOICES}
            value={UNITS.indexOf(unit)}
            onChoose={(index) => {
              wanted.value = index;
              chosen.value = null;
            }}
          />
        </div>
        {calendar.slots.length === 0 ? (
          <Empty title="It has not run in this time." />
        ) : (
          <RunCalendar calendar={calendar} unit={unit} chosen={slot?.from ?? null} onChoose={choose} />
        )}
        <Legend />
        <p class="muted small">
          By the time each run was scheduled for, in your time zone. Choose one to list its runs.
          {calendar.older > 0 && ` ${plural(calendar.older, "run")} of before are not in this view.`}
        </p>
      </section>
      {endedOf(runs).length > 0 && (
        <section class="card" aria-labelledby="durations">
          <h2 id="durations">Durations</h2>
          <RunPlot runs={runs} />
        </section>
      )}
      <section class="card" aria-labelledby="runs">
        <div class="card-head">
          <h2 id="runs">{slot === undefined ? "Runs" : `Runs of ${slotName(unit, slot.from)}`}</h2>
          {slot !== undefined && (
            <button type="button" onClick={() => choose(null)}>
              Show all {runs.length}
            </button>
          )}
        </div>
        <RunTable runs={slot?.runs ?? runs} />
      </section>
    </>
  );
}
