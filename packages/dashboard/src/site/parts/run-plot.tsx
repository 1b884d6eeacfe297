import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { type Run, tookMs } from "../state/runs.ts";
import { duration } from "./format.ts";
import { paintMark } from "./run-mark.ts";
import { type Colours, colours } from "./theme.ts";
import { showTip } from "./tip.ts";

const HEIGHT = 200;
const FONT = "12px system-ui, sans-serif";
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Steps of the scale that read well as durations. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((many) => many * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((many) => many * MINUTE),
  ...[1, 2, 3, 6, 12].map((many) => many * HOUR),
];
const byDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const byMinute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const bySecond = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const whole = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

interface Ended {
  readonly run: Run;
  readonly ms: number;
}

/** How long each run took, by when it began. The table below says it in words. */
export function RunPlot({ runs }: { runs: readonly Run[] }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const theme = colours.value;
  const ended = endedOf(runs);
  // Looked at every few seconds, changed seldom.
  const version = ended.map(({ run, ms }) => `${run.id} ${run.state} ${ms}`).join();

  useEffect(() => {
    const element = place.current;
    if (element === null || ended.length === 0) return;
    const plot = draw(element, ended, theme, (at) => point(at, tip.current, ended));
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [version, theme]);

  return (
    <div class="plot-area">
      <div ref={place} role="img" aria-label={summary(ended)} />
      <div class="tip" ref={tip} hidden />
    </div>
  );
}

/** Those that have ended, in the order of their beginnings. */
export function endedOf(runs: readonly Run[]): Ended[] {
  return runs
    .flatMap((run) => {
      const ms = tookMs(run);
      return ms === undefined ? [] : [{ run, ms }];
    })
    .sort((a, b) => a.run.startedAt - b.run.startedAt);
}

function summary(ended: readonly Ended[]): string {
  const lengths = ended.map(({ ms }) => ms).sort((a, b) => a - b);
  const [shortest = 0] = lengths;
  const middle = lengths[lengths.length >> 1] ?? 0;
  return `How long ${ended.length} runs took: from ${duration(shortest)} to ${duration(lengths.at(-1) ?? 0)}, half of them up to ${duration(middle)}. The table of runs has each.`;
}

function draw(
  element: HTMLElement,
  ended: readonly Ended[],
  theme: Colours,
  onCursor: (plot: uPlot) => void,
): uPlot {
  const axis = { stroke: theme.muted, font: FONT, ticks: { show: false } };
  const spanMs = (ended.at(-1)?.run.startedAt ?? 0) - (ended[0]?.run.startedAt ?? 0);
  const moments = spanMs > 36 * HOUR ? byDay : spanMs > 10 * MINUTE ? byMinute : bySecond;
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      padding: [12, 8, 0, 0],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: {
          time: true,
          range: (_plot, min, max) => {
            // No ticks within a second.
            const margin = Math.max(5, (max - min) * 0.03);
            return [min - margin, max + margin];
          },
        },
        y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.12)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 80,
          size: 30,
          values: (_plot, ticks) => ticks.map((second) => moments.format(second * SECOND)),
        },
        {
          ...axis,
          grid: { stroke: theme.line, width: 1 },
          size: 72,
          space: 36,
          incrs: STEPS,
          values: (_plot, ticks) => ticks.map((ms) => (ms === 0 ? "0" : duration(ms).replace(".0 s", " s"))),
        },
      ],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: { draw: [(plot) => paint(plot, ended, theme)], setCursor: [onCursor] },
    },
    [ended.map(({ run }) => run.startedAt / SECOND), ended.map(({ ms }) => ms)],
    element,
  );
}

function paint(plot: uPlot, ended: readonly Ended[], theme: Colours): void {
  const { ctx } = plot;
  const dots = devicePixelRatio;
  const ground = plot.valToPos(0, "y", true);
  const room = plot.bbox.width / ended.length;
  const size = Math.max(2 * dots, Math.min(4.5 * dots, room * 0.4));
  // What went wrong is not to be hidden by what went well.
  const wellFirst = [...ended].sort(
    (a, b) => Number(b.run.state === "succeeded") - Number(a.run.state === "succeeded"),
  );
  ctx.save();
  for (const { run, ms } of wellFirst) {
    const x = plot.valToPos(run.startedAt / SECOND, "x", true);
    const y = plot.valToPos(ms, "y", true);
    if (room > 5 * dots) {
      ctx.fillStyle = theme.line;
      ctx.fillRect(x - dots / 2, y, dots, ground - y);
    }
    paintMark(ctx, run.state, x, y, run.state === "succeeded" ? size : Math.max(size, 3.5 * dots), theme);
  }
  ctx.restore();
}

function point(plot: uPlot, tip: HTMLElement | null, ended: readonly Ended[]): void {
  if (tip === null) return;
  const { idx, left = -1 } = plot.cursor;
  const found = ended[idx ?? -1];
  if (found === undefined || left < 0) {
    tip.hidden = true;
    return;
  }
  const { run, ms } = found;
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : "";
  showTip(tip, plot, [duration(ms), `${run.state}${attempt}`, whole.format(run.startedAt)], left, 0);
}
