import { styleText } from "node:util";

/** Names can be any string, and a terminal obeys what it is sent: whatever is not plain text is shown as its escape. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Bold on a terminal that may have it (no-color.org). */
export function heading(text: string): string {
  const styled = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return styled ? styleText("bold", text) : text;
}

/** Writes to the standard output; ends quietly when its reader has gone, as `head` does. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Says something beside the output; it may have several lines. */
export function say(text: string): void {
  process.stderr.write(`holdfast: ${text.split("\n").map(printable).join("\n")}\n`);
}
