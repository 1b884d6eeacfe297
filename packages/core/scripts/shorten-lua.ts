/**
 * Shortens Lua for the bundle: no comments, no spare blanks, one- and two-letter names. The same name becomes the same
 * short one in every script, whether it is a variable or a field, so parts of a script may be shortened apart.
 */

const TOKEN = /(?<text>'(?:[^'\\]|\\.)*')|(?<name>[A-Za-z_]\w*)|\s+|\d+|\.+|=+|[^\s\w]/g;

/** What has a name of its own in the engine. */
const LIBRARIES = ["redis", "string", "math", "table"];
/** Names that are also a text, in a reply or as a field of a hash, or that the engine gives a field. */
const KEPT = ["kind", "count", "left", "keep", "latch", "queued", "number", "err"];
/** Texts that name a field of the record, as in `r[how]`: shortened as the field is. */
const FIELDS =
  "capacity used fence born expiry owner attempt delay metadata released broken gone closed kept waiting ticket head";

/** Lua's own words of two letters. */
const KEYWORDS = ["do", "if", "in", "or"];
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * @param seldom scripts that few bundles have: the shortest names go to those of the others.
 * @throws when a name is also a text, so that it cannot be known whether the text means it.
 */
export function shortener(
  sources: readonly string[],
  seldom: readonly string[] = [],
): (source: string) => string {
  const plain = [...sources, ...seldom].map(withoutComments);
  const names = shortNames(plain, sources.length);
  const fields = FIELDS.split(" ").map((field) => `'${field}'`);
  for (const source of plain) {
    if (/"|\[\[/.test(source))
      throw new Error("texts stand in single quotes, or their words would be taken for names.");
    for (const [text] of source.matchAll(/'\w+'/g))
      if (names.has(text.slice(1, -1)) && !fields.includes(text))
        throw new Error(`${text} is a text and also a name: rename the variable, or see KEPT and FIELDS.`);
  }

  return (source) => {
    const renamed = withoutComments(source).replace(TOKEN, (token, ...rest) => {
      const { name, text }: Record<string, string | undefined> = rest.at(-1);
      if (name) return names.get(name) ?? name;
      const field = text && fields.includes(text) ? names.get(text.slice(1, -1)) : undefined;
      return field ? `'${field}'` : token;
    });
    return withoutBlanks(renamed);
  };
}

function withoutComments(lua: string): string {
  return lua
    .replace(/('(?:[^'\\]|\\.)*')|--.*/g, (_, text = "") => text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** Drops blanks beside signs. Not beside minus and dots: `- -` would begin a comment, `1 ..` a number. */
function withoutBlanks(lua: string): string {
  return lua
    .split(/('(?:[^'\\]|\\.)*')/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/ *([=<>~+*/%,(){}[\]#]) */g, "$1")))
    .join("");
}

/** The most frequent names get one letter; what counts is the first `usual` sources. */
function shortNames(sources: readonly string[], usual: number): Map<string, string> {
  const counts = new Map<string, number>();
  const foreign = new Set(KEPT);
  const variables = new Set(sources.flatMap(declared));
  for (const [place, source] of sources.entries()) {
    const tokens = [...source.matchAll(TOKEN)].filter(([token]) => token.trim() !== "");
    tokens.forEach(({ groups }, i) => {
      const name = groups?.name;
      if (!name) return;
      const inLibrary = tokens[i - 1]?.[0] === "." && LIBRARIES.includes(tokens[i - 2]?.[0] ?? "");
      const isField = tokens[i - 1]?.[0] === "." || tokens[i + 1]?.[0] === "=";
      if (inLibrary) foreign.add(name);
      else if (isField || variables.has(name))
        counts.set(name, (counts.get(name) ?? 0) + (place < usual ? 1 : 0));
      else foreign.add(name);
    });
  }
  const long = [...counts].filter(([name]) => name.length > 2 && !foreign.has(name));
  long.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const taken = new Set([...counts.keys(), ...foreign, ...KEYWORDS]);
  const free = [...LETTERS, ...[...LETTERS].flatMap((a) => [...LETTERS].map((b) => a + b))];
  const short = free.filter((name) => !taken.has(name));
  return new Map(long.map(([name], i) => [name, short[i] ?? name]));
}

/** The variables, parameters and functions of a script. */
function declared(lua: string): string[] {
  const functions = [...lua.matchAll(/\bfunction (\w+)/g)].map(([, name = ""]) => name);
  const lists = lua.matchAll(/\b(?:local (?!function)|for |function \w*\()([\w, ]+?)(?= ?=| in |\)|$)/gm);
  return [...functions, ...[...lists].flatMap(([, list = ""]) => list.split(/, */))];
}
