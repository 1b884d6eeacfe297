/**
 * What has no shape of its own, in text that strangers wrote: controls, formats, separators, the unassigned, half pairs, fillers
 * that look like spaces, spaces at the ends.
 */
const SHAPELESS = new RegExp(
  `(${[
    // What joins the parts of an emoji is seen in its shape.
    "(?!(?<=\\p{Extended_Pictographic}\\ufe0f?)\\u200d\\p{Extended_Pictographic})[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Co}\\p{Cn}]",
    "[\\u034f\\u115f\\u1160\\u2800\\u3164\\uffa0]",
    "(?! )\\p{Zs}",
    "(?<=^ *) ",
    " (?= *$)",
  ].join("|")})`,
  "u",
);

/** The text in parts: each second one is a character without a shape, by its code point. */
export function shaped(value: string): string[] {
  return value.split(SHAPELESS).map((part, index) => (index % 2 === 0 ? part : codePoint(part)));
}

/** For places that take no markup, such as titles. */
export function plain(value: string): string {
  return shaped(value)
    .map((part, index) => (index % 2 === 0 ? part : `\u2039${part}\u203a`))
    .join("");
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
