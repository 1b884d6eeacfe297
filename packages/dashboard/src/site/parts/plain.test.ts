import { expect, test } from "vitest";
import { plain } from "./plain.ts";

test.each([
  ["invoice:42", "invoice:42"],
  ["\u202egnp.exe", "‹U+202E›gnp.exe"],
  ["a\u0000b\nc\u007f", "a‹U+0000›b‹U+000A›c‹U+007F›"],
  ["user:\u200b\u00ad42", "user:‹U+200B›‹U+00AD›42"],
  ["  a b ", "‹U+0020›‹U+0020›a b‹U+0020›"],
  ["a\u00a0b\u3164", "a‹U+00A0›b‹U+3164›"],
  ["שלום", "שלום"],
  ["\u{1f468}\u200d\u{1f469}", "\u{1f468}\u200d\u{1f469}"],
  ["a\u200db", "a‹U+200D›b"],
  ["\u{e0041}", "‹U+E0041›"],
])("%j shows what has no shape", (text, shown) => expect(plain(text)).toBe(shown));
