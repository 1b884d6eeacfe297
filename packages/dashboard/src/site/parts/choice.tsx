import type { JSX } from "preact";

interface Props<V extends number> {
  readonly label: string;
  readonly options: readonly (readonly [string, V])[];
  readonly value: number;
  readonly onChoose: (value: V) => void;
}

/** One of a few. */
export function Choice<V extends number>({ label, options, value, onChoose }: Props<V>): JSX.Element {
  return (
    <fieldset class="choice">
      <legend class="unseen">{label}</legend>
      {options.map(([text, option]) => (
        <button type="button" key={option} aria-pressed={option === value} onClick={() => onChoose(option)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
