import type { JSX } from "preact";
import type { Run, RunState } from "../state/runs.ts";

/** The signs of a run. No state rests on its colour alone: each has a shape, and a word where there is room. */

export const STATES: readonly RunState[] = ["succeeded", "failed", "abandoned", "running", "skipped"];

const WHY: Readonly<Record<NonNullable<Run["why"]>, string>> = {
  succeeded: "it had already succeeded",
  running: "it was running elsewhere",
  "too-soon": "too soon after another run",
  overlap: "another run of the job was not over",
  exhausted: "its attempts were used up",
};

export function Mark({ state }: { state: RunState }): JSX.Element {
  return <span class="mark" data-state={state} aria-hidden="true" />;
}

export function State({ state }: { state: RunState }): JSX.Element {
  return (
    <span class="run-state" data-state={state}>
      <Mark state={state} />
      {state}
    </span>
  );
}

/** Why a delivery did not run. */
export function why(run: Run): string {
  return run.why === undefined ? "" : WHY[run.why];
}

export function Flag({ text, title }: { text: string; title: string }): JSX.Element {
  return (
    <span class="flag" title={title}>
      {text}
    </span>
  );
}

/** What the marks say. */
export function Legend(): JSX.Element {
  return (
    <ul class="legend">
      {STATES.map((state) => (
        <li key={state}>
          <Mark state={state} /> {state}
        </li>
      ))}
    </ul>
  );
}
