import { dueAt, type Run, type RunState, stateOf } from "./runs.ts";

/** Runs by the minute, the hour or the day, in the time zone of whoever looks. */

export const UNITS = ["minutes", "hours", "days"] as const;
export type Unit = (typeof UNITS)[number];

export interface Slot {
  readonly from: number;
  readonly row: number;
  readonly column: number;
  readonly state: RunState;
  /** The latest first. */
  readonly runs: readonly Run[];
}

export interface Calendar {
  readonly columns: number;
  readonly rowLabels: readonly string[];
  /** By column; most have none. */
  readonly columnLabels: readonly string[];
  /** Those that happen to have runs, in their order in time. */
  readonly slots: readonly Slot[];
  /** How many of the runs are too old for it. */
  readonly older: number;
}

const MINUTE = 60_000;
const HALF_HOUR = 30 * MINUTE;
const DAY = 86_400_000;
const WEEKS = 26;
const DAYS = 7;
const HALF_HOURS = 8;

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const short = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });
const date = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const month = new Intl.DateTimeFormat("en-GB", { month: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Where a moment is; rows count up to `last`, the row of the present. */
interface Shape {
  readonly rows: number;
  readonly columns: number;
  place(at: number, now: number): { row: number; column: number; from: number };
  label(row: number, now: number): string;
  columnLabel(column: number, now: number): string;
}

const SHAPES: Readonly<Record<Unit, Shape>> = {
  minutes: {
    rows: HALF_HOURS,
    columns: 30,
    place: (at, now) => ({
      row: HALF_HOURS - 1 - (Math.floor(now / HALF_HOUR) - Math.floor(at / HALF_HOUR)),
      column: Math.floor((at % HALF_HOUR) / MINUTE),
      from: Math.floor(at / MINUTE) * MINUTE,
    }),
    label: (row, now) => clock.format((Math.floor(now / HALF_HOUR) - HALF_HOURS + 1 + row) * HALF_HOUR),
    columnLabel: (column) => (column % 10 === 0 ? `+${column} min` : ""),
  },
  hours: {
    rows: DAYS,
    columns: 24,
    place(at, now) {
      const local = new Date(at);
      const hour = local.getHours();
      return {
        row: DAYS - 1 - (dayOf(now) - dayOf(at)),
        column: hour,
        from: new Date(local.getFullYear(), local.getMonth(), local.getDate(), hour).getTime(),
      };
    },
    label(row, now) {
      const local = new Date(now);
      return short.format(new Date(local.getFullYear(), local.getMonth(), local.getDate() - DAYS + 1 + row));
    },
    columnLabel: (column) => (column % 6 === 0 ? `${String(column).padStart(2, "0")}:00` : ""),
  },
  days: {
    rows: 7,
    columns: WEEKS,
    place(at, now) {
      const local = new Date(at);
      return {
        row: (dayOf(at) + 3) % 7, // The first of January 1970 was a Thursday.
        column: WEEKS - 1 - (weekOf(now) - weekOf(at)),
        from: new Date(local.getFullYear(), local.getMonth(), local.getDate()).getTime(),
      };
    },
    label: (row) => weekday.format(new Date(2024, 0, 1 + row)), // a Monday
    columnLabel(column, now) {
      // The week in which a month begins bears its name.
      const local = new Date(now);
      const toSunday = 6 - ((dayOf(now) + 3) % 7) - 7 * (WEEKS - 1 - column);
      const sunday = new Date(local.getFullYear(), local.getMonth(), local.getDate() + toSunday);
      return sunday.getDate() <= 7 ? month.format(sunday) : "";
    },
  },
};

export function calendarOf(runs: readonly Run[], unit: Unit, now: number): Calendar {
  const { rows, columns, place, label, columnLabel } = SHAPES[unit];
  // An occurrence may be run a little ahead of its time.
  const end = Math.max(now, ...runs.map(dueAt));
  const found = new Map<string, { at: ReturnType<Shape["place"]>; runs: Run[] }>();
  let older = 0;
  for (const run of runs) {
    const at = place(dueAt(run), end);
    if (at.row < 0 || at.column < 0) {
      older += 1;
      continue;
    }
    const key = `${at.row} ${at.column}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { at, runs: [run] });
    else known.runs.push(run);
  }
  const slots = [...found.values()].map(({ at, runs }) => ({ ...at, state: stateOf(runs), runs }));
  return {
    columns,
    columnLabels: Array.from({ length: columns }, (_, column) => columnLabel(column, end)),
    rowLabels: Array.from({ length: rows }, (_, row) => label(row, end)),
    slots: slots.sort((a, b) => a.from - b.from),
    older,
  };
}

/** The smallest unit that has room for nearly all of them. */
export function fittingUnit(runs: readonly Run[], now: number): Unit {
  return UNITS.find((unit) => calendarOf(runs, unit, now).older * 4 < runs.length) ?? "days";
}

/** How a slot is called. */
export function slotName(unit: Unit, from: number): string {
  return unit === "days" ? date.format(from) : `${date.format(from)} ${clock.format(from)}`;
}

/** How far the arrow keys go: what is to the right, and what is below. */
export const STEPS: Readonly<Record<Unit, { readonly right: number; readonly down: number }>> = {
  minutes: { right: MINUTE, down: HALF_HOUR },
  hours: { right: 60 * MINUTE, down: DAY },
  days: { right: 7 * DAY, down: DAY },
};

/** Days since 1970, of the calendar that hangs where one is. */
function dayOf(at: number): number {
  const local = new Date(at);
  return Date.UTC(local.getFullYear(), local.getMonth(), local.getDate()) / DAY;
}

function weekOf(at: number): number {
  return Math.floor((dayOf(at) + 3) / 7);
}
