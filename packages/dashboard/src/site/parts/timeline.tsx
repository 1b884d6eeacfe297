import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { now } from "../state/clock.ts";
import { type Span, startOf } from "../state/spans.ts";
import { duration, time } from "./format.ts";
import { lanesOf } from "./lanes.ts";
import { plain } from "./plain.ts";
import { type Colours, colours } from "./theme.ts";
import { showTip } from "./tip.ts";

const LANE_PX = 26;
const BAR_PX = 16;
const MOST_LANES = 14;
const AXIS_PX = 30;
const FONT = "12px system-ui, sans-serif";

interface Drawn {
  readonly span: Span;
  readonly lane: number;
}

/** Who waited, who held and how it ended, over time. Below the pointer it says more; the list of events says it in words. */
export function Timeline({ spans, windowMs }: { spans: readonly Span[]; windowMs: number }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const at = now.value;
  const theme = colours.value;
  const seen = spans.filter((span) => (span.endedAt ?? at) >= at - windowMs);
  const lanes = lanesOf(seen, at);
  const shown = lanes.slice(0, MOST_LANES);
  const drawn = shown.flatMap((inLane, lane) => inLane.map((span) => ({ span, lane })));
  const state = useRef({ drawn, at, windowMs, theme });
  state.current = { drawn, at, windowMs, theme };
  const height = Math.max(2, shown.length) * LANE_PX + AXIS_PX;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        padding: [0, 12, 0, 12],
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          x: {
            time: true,
            range: () => [(state.current.at - state.current.windowMs) / 1000, state.current.at / 1000],
          },
          y: { range: () => [0, 1] },
        },
        axes: [
          {
            stroke: theme.muted,
            font: FONT,
            grid: { stroke: theme.line, width: 1 },
            ticks: { show: false },
            space: 90,
            size: AXIS_PX,
            values: (_plot, ticks) => ticks.map((second) => time(second * 1000).replace(/:00$/, "")),
          },
          { show: false },
        ],
        series: [{}, {}],
        hooks: {
          draw: [(on) => paint(on, state.current.drawn, state.current.at, state.current.theme)],
          setCursor: [(on) => point(on, tip.current, state.current.drawn, state.current.at)],
        },
      },
      [
        [0, 1],
        [null, null],
      ],
      element,
    );
    plot.current = made;
    const resized = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: made.height }),
    );
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [theme]);

  useEffect(() => {
    const made = plot.current;
    if (made === null) return;
    if (made.height !== height) made.setSize({ width: made.width, height });
    made.setScale("x", { min: (at - windowMs) / 1000, max: at / 1000 });
  });

  return (
    <div class="plot-area">
      <div ref={place} role="img" aria-label={summary(seen)} />
      <div class="tip" ref={tip} hidden />
      {lanes.length > shown.length && (
        <p class="muted">{lanes.length - shown.length} more side by side than can be shown here.</p>
      )}
    </div>
  );
}

function summary(spans: readonly Span[]): string {
  const held = spans.filter(({ heldFrom }) => heldFrom !== undefined).length;
  const waited = spans.filter(({ waitedFrom }) => waitedFrom !== undefined).length;
  const lost = spans.filter(
    ({ ending }) => ending === "lost" || ending === "expired" || ending === "broken",
  ).length;
  return `Timeline: ${held} held, ${waited} waited, ${lost} lost. The events below say the same in words.`;
}

function paint(plot: uPlot, drawn: readonly Drawn[], at: number, theme: Colours): void {
  const { ctx } = plot;
  const dots = devicePixelRatio;
  const { left, top, width, height } = plot.bbox;
  const x = (moment: number) =>
    Math.max(left, Math.min(left + width, plot.valToPos(moment / 1000, "x", true)));
  ctx.save();
  ctx.beginPath();
  ctx.rect(left - 4 * dots, top, width + 8 * dots, height);
  ctx.clip();
  for (const { span, lane } of drawn) {
    const y = top + (lane * LANE_PX + (LANE_PX - BAR_PX) / 2) * dots;
    const end = x(span.endedAt ?? at);
    if (span.waitedFrom !== undefined) {
      ctx.fillStyle = theme.waiting;
      const from = x(span.waitedFrom);
      ctx.fillRect(
        from,
        y + 5 * dots,
        Math.max(dots, x(span.heldFrom ?? span.endedAt ?? at) - from),
        (BAR_PX - 10) * dots,
      );
    }
    if (span.heldFrom !== undefined) {
      ctx.fillStyle = span.mode === "shared" ? theme.second : theme.accent;
      const from = x(span.heldFrom);
      ctx.beginPath();
      ctx.roundRect(from, y, Math.max(2 * dots, end - from), BAR_PX * dots, 3 * dots);
      ctx.fill();
    }
    if (span.endedAt !== undefined) mark(ctx, span, end, y + (BAR_PX / 2) * dots, dots, theme);
  }
  ctx.restore();
}

/** A release needs no mark. What went otherwise has one, which does not rest on its colour alone. */
function mark(
  ctx: CanvasRenderingContext2D,
  { ending }: Span,
  x: number,
  y: number,
  dots: number,
  theme: Colours,
): void {
  if (ending === undefined || ending === "released") return;
  const size = 5 * dots;
  const gaveUp = ending === "timed-out" || ending === "withdrawn";
  ctx.lineWidth = 2 * dots;
  ctx.strokeStyle = theme.surface;
  ctx.fillStyle = gaveUp ? theme.muted : ending === "expired" ? theme.warn : theme.bad;
  ctx.beginPath();
  if (gaveUp) ctx.arc(x, y, size * 0.8, 0, 2 * Math.PI);
  else if (ending === "expired") {
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
  } else ctx.rect(x - size * 0.8, y - size * 0.8, size * 1.6, size * 1.6);
  ctx.stroke();
  ctx.fill();
}

function point(plot: uPlot, tip: HTMLDivElement | null, drawn: readonly Drawn[], at: number): void {
  if (tip === null) return;
  const { left = -1, top = -1 } = plot.cursor;
  const lane = Math.floor(top / LANE_PX);
  const moment = plot.posToVal(left, "x") * 1000;
  const slackMs = (plot.posToVal(left + 4, "x") - plot.posToVal(left, "x")) * 1000;
  const found = drawn.find(
    ({ span, lane: there }) =>
      there === lane && startOf(span) - slackMs <= moment && moment <= (span.endedAt ?? at) + slackMs,
  );
  if (left < 0 || found === undefined) tip.hidden = true;
  else showTip(tip, plot, describe(found.span, at), left, (lane + 1) * LANE_PX - 6);
}

function describe(span: Span, at: number): string[] {
  const until = span.heldFrom ?? span.endedAt ?? at;
  return [
    `${span.hash.slice(0, 8)}${span.actor === "" ? "" : ` · ${plain(span.actor)}`}`,
    ...(span.waitedFrom === undefined ? [] : [`Waited ${duration(until - span.waitedFrom)}`]),
    ...(span.heldFrom === undefined
      ? []
      : [`Held ${duration((span.endedAt ?? at) - span.heldFrom)} from ${time(span.heldFrom)}`]),
    span.endedAt === undefined ? (span.heldFrom === undefined ? "Waits" : "Holds it now") : ended(span),
  ];
}

function ended({ ending, reason }: Span): string {
  const word = ending === undefined ? "Gone" : ending[0]?.toUpperCase() + ending.slice(1);
  return reason === undefined ? word : `${word}: ${plain(reason)}`;
}
