import type { InspectionBody, LockEventBody } from "@holdfast/protocol";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { now } from "../state/clock.ts";
import { spansOf, startOf } from "../state/spans.ts";
import { Choice } from "./choice.tsx";
import { Timeline } from "./timeline.tsx";

const MINUTE = 60_000;
const WINDOWS = [
  ["1 min", MINUTE],
  ["5 min", 5 * MINUTE],
  ["15 min", 15 * MINUTE],
  ["1 h", 60 * MINUTE],
  ["24 h", 1440 * MINUTE],
] as const;
/** As many as are told apart at a glance. */
const AT_A_GLANCE = 12;

interface Props {
  readonly events: readonly LockEventBody[];
  readonly inspection: InspectionBody;
}

/** The timeline of a lock, over the time that its latest holds took unless one chooses another. */
export function History({ events, inspection }: Props): JSX.Element {
  const chosen = useSignal<number | null>(null);
  const spans = spansOf(events, inspection);
  const from = startOf(
    spans.at(-AT_A_GLANCE) ?? spans[0] ?? { hash: "", mode: "", actor: "", waitedFrom: now.value },
  );
  const fitting = WINDOWS.find(([, ms]) => now.value - from < ms * 0.95)?.[1] ?? 1440 * MINUTE;
  const windowMs = chosen.value ?? fitting;
  return (
    <section class="card" aria-labelledby="timeline">
      <div class="card-head">
        <h2 id="timeline">Timeline</h2>
        <Choice
          label="Time shown"
          options={WINDOWS}
          value={windowMs}
          onChoose={(ms) => {
            chosen.value = ms;
          }}
        />
      </div>
      <Timeline spans={spans} windowMs={windowMs} />
      <ul class="legend">
        <li>
          <span class="swatch" data-colour="waiting" /> waits
        </li>
        <li>
          <span class="swatch" data-colour="accent" /> holds
        </li>
        <li>
          <span class="swatch" data-colour="second" /> shares it
        </li>
        <li>
          <span class="swatch diamond" data-colour="warn" /> expired
        </li>
        <li>
          <span class="swatch" data-colour="bad" /> lost or broken
        </li>
        <li>
          <span class="swatch round" data-colour="muted" /> gave up
        </li>
      </ul>
    </section>
  );
}
