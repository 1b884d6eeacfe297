/** A code block that a reader is meant to run, so the tests run it. */
export interface Snippet {
  /** The Markdown file, from the repository's root. */
  readonly document: string;
  /** Where its first line of code is, from 1. */
  readonly line: number;
  readonly language: "ts" | "js" | "sh";
  readonly code: string;
  /** What its output must contain. */
  readonly prints: string | undefined;
}

const MARK = /^\s*<!--\s*test\b(?:\s+prints:\s*(?<prints>.*?))?\s*-->\s*$/;
const ANY_MARK = /<!--\s*test\b/;
const FENCE = /^(?<indent> *)(?<ticks>`{3,})(?<language>[\w-]*)/;
const LANGUAGES: Record<string, Snippet["language"]> = { ts: "ts", js: "js", mjs: "js", sh: "sh" };

/**
 * The blocks with `<!-- test -->` on the line above, which no reader sees. `<!-- test prints: null -->` also asks for
 * that text in the output.
 *
 * @throws Error at a mark that marks nothing: a block would then be thought tested that is not.
 */
export function snippetsOf(document: string, markdown: string): Snippet[] {
  const lines = markdown.split("\n");
  const snippets: Snippet[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = FENCE.exec(lines[at] ?? "")?.groups;
    if (fence === undefined) {
      if (ANY_MARK.test(lines[at] ?? "")) checkMark(document, at, lines);
      continue;
    }
    const mark = MARK.exec(lines[at - 1] ?? "")?.groups;
    const { indent = "", ticks = "", language = "" } = fence;
    const first = at + 1;
    do at++;
    while (at < lines.length && lines[at]?.trim() !== ticks);
    if (mark === undefined) continue;
    const code = lines
      .slice(first, at)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    snippets.push({
      document,
      line: first + 1,
      language: LANGUAGES[language] as Snippet["language"],
      code: `${code.join("\n")}\n`,
      prints: mark.prints,
    });
  }
  return snippets;
}

function checkMark(document: string, at: number, lines: readonly string[]): void {
  const language = FENCE.exec(lines[at + 1] ?? "")?.groups?.language;
  if (!MARK.test(lines[at] ?? "") || language === undefined || !(language in LANGUAGES))
    throw new Error(
      `${document}:${at + 1}: <!-- test --> or <!-- test prints: … --> stands alone, right above a ts, js or sh block`,
    );
}
