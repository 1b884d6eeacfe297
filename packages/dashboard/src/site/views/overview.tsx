import type { OverviewBody } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Choice } from "../parts/choice.tsx";
import { count, duration, percent } from "../parts/format.ts";
import { Nodes } from "../parts/nodes.tsx";
import { Empty, Loading, Trouble } from "../parts/notice.tsx";
import { Plot } from "../parts/plot.tsx";
import { Refresher } from "../state/refresher.ts";
import type { Session } from "../state/session.ts";
import { totals } from "../state/totals.ts";

const SPANS = [
  ["15 min", 15],
  ["1 h", 60],
  ["6 h", 360],
  ["24 h", 1440],
] as const;

/** The namespace by the minute. */
export function OverviewView({ session }: { session: Session }): JSX.Element {
  const minutes = useSignal<number>(60);
  const wanted = minutes.value;
  const overview = useMemo(
    () =>
      new Refresher<OverviewBody>((signal) => session.api.get("/v1/overview", { minutes: wanted }, signal), {
        everyMs: 30_000,
        gapMs: 5000,
      }),
    [session, wanted],
  );
  useEffect(() => () => overview.stop(), [overview]);
  const data = overview.data.value;
  return (
    <>
      <div class="card-head">
        <h1 id="title" tabIndex={-1}>
          Overview
        </h1>
        <Choice
          label="Time shown"
          options={SPANS}
          value={wanted}
          onChoose={(chosen) => {
            minutes.value = chosen;
          }}
        />
      </div>
      <Nodes session={session} />
      <Trouble error={overview.error.value} />
      {data === null ? overview.error.value === null && <Loading rows={6} /> : <Plots data={data} />}
    </>
  );
}

function Plots({ data }: { data: OverviewBody }): JSX.Element {
  const shown = useMemo(() => {
    const { minutes } = data;
    return {
      moments: minutes.map(({ at }) => at),
      grants: [
        { label: "Grants", values: minutes.map(({ grants }) => grants), colour: "accent", as: "bars" },
        {
          label: "Contended",
          values: minutes.map(({ contended }) => contended),
          colour: "second",
          as: "line",
        },
      ] as const,
      waits: [
        {
          label: "p50",
          values: minutes.map(({ waitP50Ms }) => waitP50Ms ?? null),
          colour: "accent",
          as: "line",
        },
        {
          label: "p99",
          values: minutes.map(({ waitP99Ms }) => waitP99Ms ?? null),
          colour: "second",
          as: "line",
        },
      ] as const,
      losses: [
        { label: "Losses", values: minutes.map(({ losses }) => losses), colour: "bad", as: "bars" },
      ] as const,
      sum: totals(minutes),
    };
  }, [data]);
  const { sum } = shown;
  if (sum.grants === 0 && sum.losses === 0 && sum.contended === 0)
    return (
      <Empty title="Nothing was locked in this time.">Only what goes through this service is counted.</Empty>
    );
  return (
    <>
      <dl class="facts big">
        <div>
          <dt>Grants</dt>
          <dd>{count(sum.grants)}</dd>
        </div>
        <div>
          <dt>Contention</dt>
          <dd>{percent(sum.contention)}</dd>
        </div>
        <div>
          <dt>Worst p99 wait</dt>
          <dd>{sum.worstWaitMs === null ? "–" : duration(sum.worstWaitMs)}</dd>
        </div>
        <div>
          <dt>Losses</dt>
          <dd data-bad={sum.losses > 0}>{count(sum.losses)}</dd>
        </div>
      </dl>
      {!data.complete && (
        <p class="notice" data-tone="warn">
          The history does not reach back that far: the oldest minutes are missing.
        </p>
      )}
      <div class="plots">
        <Plot
          title="Grants per minute"
          about="Contended are those that had to wait, and those who gave up."
          moments={shown.moments}
          series={shown.grants}
          format={count}
          whole
        />
        <Plot
          title="Wait for a grant"
          about="Of all grants, also those that came at once."
          moments={shown.moments}
          series={shown.waits}
          format={duration}
        />
        <Plot
          title="Losses per minute"
          about="Leases that ended before their holders were done."
          moments={shown.moments}
          series={shown.losses}
          format={count}
          whole
        />
      </div>
      <p class="muted small">Read again every 30 s, and not while this tab is hidden.</p>
    </>
  );
}
