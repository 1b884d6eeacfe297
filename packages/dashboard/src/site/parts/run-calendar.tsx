import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { type Calendar, type Slot, STEPS, slotName, type Unit } from "../state/calendar.ts";
import { STATES } from "./run-state.tsx";

interface Props {
  readonly calendar: Calendar;
  readonly unit: Unit;
  /** The slot whose runs are listed below; null for those of all. */
  readonly chosen: number | null;
  readonly onChoose: (from: number | null) => void;
}

/**
 * When the job was to run, and what became of it. One stop of the Tab key: the arrow keys go from run to run, Enter lists
 * those of a slot.
 */
export function RunCalendar({ calendar, unit, chosen, onChoose }: Props): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const active = useSignal<number | null>(null);
  const { slots, columns, rowLabels, columnLabels } = calendar;
  const current = slots.find(({ from }) => from === (active.value ?? chosen)) ?? slots.at(-1);
  const move = (event: KeyboardEvent) => {
    const to = current && target(event.key, slots, current, unit);
    if (to === undefined) return;
    event.preventDefault();
    active.value = to.from;
    place.current?.querySelector<HTMLElement>(`[data-from="${to.from}"]`)?.focus();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in.
    <div
      class="calendar"
      role="group"
      aria-label={`Runs by ${unit}. The arrow keys go from one to the next.`}
      data-unit={unit}
      ref={place}
      style={{ "--columns": columns }}
      onKeyDown={move}
    >
      {columnLabels.map(
        (label, column) =>
          label !== "" && (
            <span
              class="calendar-scale"
              aria-hidden="true"
              key={`column ${label}`}
              style={{ gridRow: 1, gridColumn: `${column + 2} / span ${Math.min(4, columns - column)}` }}
            >
              {label}
            </span>
          ),
      )}
      {rowLabels.map((label, row) => (
        <span class="calendar-label" aria-hidden="true" key={label} style={{ gridRow: row + 2 }}>
          {label}
        </span>
      ))}
      {rowLabels.map((label, row) => (
        <span
          class="calendar-row"
          aria-hidden="true"
          key={`row ${label}`}
          style={{ gridRow: row + 2, gridColumn: `2 / span ${columns}` }}
        />
      ))}
      {slots.map((slot) => (
        <button
          type="button"
          class="slot"
          key={slot.from}
          data-from={slot.from}
          data-state={slot.state}
          aria-label={slotText(slot, unit)}
          aria-pressed={chosen === slot.from}
          title={slotText(slot, unit)}
          tabIndex={slot === current ? 0 : -1}
          style={{ gridRow: slot.row + 2, gridColumn: slot.column + 2 }}
          onFocus={() => {
            active.value = slot.from;
          }}
          onClick={() => onChoose(chosen === slot.from ? null : slot.from)}
        />
      ))}
    </div>
  );
}

function slotText({ from, runs }: Slot, unit: Unit): string {
  const counts = STATES.map((state) => [runs.filter((run) => run.state === state).length, state] as const)
    .filter(([many]) => many > 0)
    .map(([many, state]) => `${many} ${state}`);
  return `${slotName(unit, from)}: ${counts.join(", ")}`;
}

/** The next slot that has runs, in the direction of the key. */
function target(key: string, slots: readonly Slot[], { from }: Slot, unit: Unit): Slot | undefined {
  const { right, down } = STEPS[unit];
  // A day of the calendar may be an hour shorter.
  const least = { ArrowRight: right, ArrowDown: down, ArrowLeft: -right, ArrowUp: -down }[key];
  if (key === "Home") return slots[0];
  if (key === "End") return slots.at(-1);
  if (least === undefined) return undefined;
  const limit = from + least * 0.95;
  const later = least > 0;
  const beyond = later
    ? slots.find((slot) => slot.from >= limit)
    : slots.findLast((slot) => slot.from <= limit);
  if (beyond !== undefined) return beyond;
  return later ? slots.find((slot) => slot.from > from) : slots.findLast((slot) => slot.from < from);
}
