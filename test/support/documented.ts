import { readFileSync } from "node:fs";

/**
 * The code blocks of one language under a heading of a document, so that what is tested is what is shown.
 *
 * @throws Error when there is none.
 */
export function documented(document: string, heading: string, language: string): string[] {
  const markdown = readFileSync(new URL(`../../docs/${document}`, import.meta.url), "utf8");
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const codes = blocks.filter(([, is]) => is === language).map(([, , code = ""]) => code);
  if (codes.length === 0) throw new Error(`docs/${document} shows no ${language} under "${heading}"`);
  return codes;
}
