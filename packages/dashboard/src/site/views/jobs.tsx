import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { count, plural } from "../parts/format.ts";
import { JobTable } from "../parts/job-table.tsx";
import { Empty, Loading, Trouble } from "../parts/notice.tsx";
import { Pager } from "../parts/pager.tsx";
import { type JobList, loadJobs } from "../state/jobs.ts";
import { usePages } from "../state/pages.ts";
import { Refresher } from "../state/refresher.ts";
import type { Session } from "../state/session.ts";

const PACE = { everyMs: 30_000, gapMs: 5000 };
const TYPING_MS = 250;

/** The jobs that are remembered: one page of them. */
export function JobsView({ session }: { session: Session }): JSX.Element {
  const typed = useSignal("");
  const prefix = useSignal("");
  const pages = usePages();
  const { from } = pages;

  useEffect(() => {
    const wanted = typed.value;
    if (wanted === prefix.peek()) return;
    const timer = setTimeout(() => {
      pages.restart();
      prefix.value = wanted;
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);

  const begins = prefix.value;
  const page = useMemo(
    () => new Refresher<JobList>((signal) => loadJobs(session.api, begins, from, signal), PACE),
    [session, begins, from],
  );
  useEffect(() => () => page.stop(), [page]);

  const data = page.data.value;
  return (
    <>
      <h1 id="title" tabIndex={-1}>
        Jobs
      </h1>
      <search class="filters">
        <label>
          <span>Job begins with</span>
          <input
            type="search"
            name="prefix"
            placeholder="nightly"
            maxLength={256}
            spellcheck={false}
            autocomplete="off"
            value={typed.value}
            onInput={({ currentTarget }) => {
              typed.value = currentTarget.value;
            }}
          />
        </label>
      </search>
      <Trouble error={page.error.value} />
      {data === null ? (
        page.error.value === null && <Loading rows={6} />
      ) : data.rows.length === 0 ? (
        <NothingFound searched={begins !== ""} first={from === undefined} page={data} />
      ) : (
        <JobTable rows={data.rows} />
      )}
      {data !== null && (
        <footer class="table-foot">
          <p class="muted" aria-live="polite">
            {data.rows.length > 0 && summary(data, pages.before)}
          </p>
          <Pager pages={pages} cursor={data.cursor} />
          <p class="muted small">Read again every 30 s, and not while this tab is hidden.</p>
        </footer>
      )}
    </>
  );
}

function summary({ rows, cursor }: JobList, before: number): string {
  const jobs = plural(rows.length, "job");
  if (before === 0 && cursor === undefined) return `${jobs}.`;
  return `Page ${count(before + 1)}: ${jobs}${cursor === undefined ? ", the last page" : ""}.`;
}

interface NothingProps {
  readonly searched: boolean;
  readonly first: boolean;
  readonly page: JobList;
}

function NothingFound({ searched, first, page }: NothingProps): JSX.Element {
  if (page.cursor !== undefined) return <Empty title="None so far, and there are more to look at." />;
  if (searched) return <Empty title="No job begins with that." />;
  if (!first) return <Empty title="No jobs on this page any more." />;
  return (
    <Empty title="No job has run yet.">
      <div>
        <p>Two lines make one, and each of its occurrences runs once:</p>
        <pre class="example">
          <code>
            {"const cron = createCron({ store }); // of @holdfast/cron\n"}
            {'await cron.run({ job: "nightly", schedule: "0 2 * * *" }, () => work());'}
          </code>
        </pre>
      </div>
    </Empty>
  );
}
