import { type ReadonlySignal, signal } from "@preact/signals";

/** The colours of the style sheet, for what is drawn on a canvas. */

export interface Colours {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  readonly second: string;
  readonly bad: string;
  readonly warn: string;
  readonly waiting: string;
}

const NAMES = ["ink", "muted", "line", "surface", "accent", "second", "bad", "warn", "waiting"] as const;

function read(): Colours {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as unknown as Colours;
}

const current = signal(read());
export const colours: ReadonlySignal<Colours> = current;

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  current.value = read();
});
