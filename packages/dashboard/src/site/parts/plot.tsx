import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { time } from "./format.ts";
import { type Colours, colours } from "./theme.ts";
import { showTip } from "./tip.ts";

export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly colour: keyof Colours;
  readonly as: "bars" | "line";
}

interface Props {
  readonly title: string;
  readonly about: string;
  /** Milliseconds since the epoch. */
  readonly moments: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Whether there is nothing between one and two. */
  readonly whole?: boolean;
}

const HEIGHT = 180;
const FONT = "12px system-ui, sans-serif";

/** Values by the minute, with what they are below the pointer, and the same as a table for those who read. */
export function Plot({ title, about, moments, series, format, whole = false }: Props): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const theme = colours.value;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const bars = uPlot.paths.bars?.({ size: [0.7, 24], radius: 0.15 });
    const axis = {
      stroke: theme.muted,
      font: FONT,
      grid: { stroke: theme.line, width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        padding: [12, 8, 0, 0],
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          // Half a bar more on either side.
          x: { time: true, range: (_plot, min, max) => [min - 30, max + 30] },
          y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] },
        },
        axes: [
          { ...axis, grid: { show: false }, values: "{HH}:{mm}", space: 60, size: 30 },
          {
            ...axis,
            size: 64,
            space: 36,
            values: (_plot, ticks) =>
              ticks.map((tick) => (whole && !Number.isInteger(tick) ? "" : format(tick))),
          },
        ],
        series: [
          {},
          ...series.map(({ label, colour, as }) => ({
            label,
            stroke: theme[colour],
            ...(as === "bars" && bars
              ? { fill: theme[colour], width: 0, paths: bars, points: { show: false } }
              : {
                  width: 2,
                  points: {
                    size: 5,
                    fill: theme[colour],
                    filter: (plot: uPlot, line: number) => alone([...(plot.data[line] ?? [])]),
                  },
                }),
          })),
        ],
        hooks: { setCursor: [(at) => point(at, tip.current, { moments, series, format })] },
      },
      [moments.map((moment) => moment / 1000), ...series.map(({ values }) => values)] as uPlot.AlignedData,
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [moments, series, theme, format, whole]);

  return (
    <figure class="plot card">
      <figcaption>
        <h2>{title}</h2>
        <p class="muted">{about}</p>
        <ul class="legend">
          {series.map(({ label, colour }) => (
            <li key={label}>
              <span class="swatch" data-colour={colour} /> {label}
            </li>
          ))}
        </ul>
      </figcaption>
      <div class="plot-area" aria-hidden="true">
        <div ref={place} />
        <div class="tip" ref={tip} hidden />
      </div>
      <details>
        <summary>As a table</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
        <section class="scroll" tabIndex={0} aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Minute</th>
                {series.map(({ label }) => (
                  <th scope="col" class="number" key={label}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {moments.map((moment, index) => (
                <tr key={moment}>
                  <th scope="row">{time(moment).slice(0, 5)}</th>
                  {series.map(({ label, values }) => (
                    <td class="number" key={label}>
                      {cell(values[index], format)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

function point(
  plot: uPlot,
  tip: HTMLElement | null,
  { moments, series, format }: Pick<Props, "moments" | "series" | "format">,
): void {
  if (tip === null) return;
  const { idx, left = -1 } = plot.cursor;
  const moment = moments[idx ?? -1];
  if (moment === undefined || left < 0) {
    tip.hidden = true;
    return;
  }
  const values = series.map((one) => `${one.label}: ${cell(one.values[idx ?? 0], format)}`);
  showTip(tip, plot, [time(moment).slice(0, 5), ...values], left, 0);
}

/** A minute between two empty ones has no line, so it gets a point. */
function alone(values: readonly (number | null | undefined)[] = []): number[] {
  return values.flatMap((value, index) =>
    value != null && values[index - 1] == null && values[index + 1] == null ? [index] : [],
  );
}

function cell(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}
