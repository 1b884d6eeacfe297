import type { JSX } from "preact";
import { plain, shaped } from "./plain.ts";

/**
 * Text that strangers wrote: names, metadata, labels, reasons. It stays text, stays in its place (a name in Arabic or with an
 * override of the writing direction turns nothing around it), and shows what has no shape of its own.
 */

export function Text({ value, title }: { value: string; title?: boolean }): JSX.Element {
  return (
    <bdi class="text" title={title === false ? undefined : plain(value)}>
      {shaped(value).map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <span class="shapeless" key={index}>
            {part}
          </span>
        ),
      )}
    </bdi>
  );
}

/** JSON as one would write it down; a text as it is. */
export function Metadata({ value }: { value: unknown }): JSX.Element {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <pre class="metadata" tabIndex={0}>
      {text.split("\n").map((line, index) => (
        <span key={index}>
          {index > 0 && "\n"}
          {/^ */.exec(line)?.[0]}
          <Text value={line.trimStart()} title={false} />
        </span>
      ))}
    </pre>
  );
}
