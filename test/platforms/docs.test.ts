import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A page shows a file: its path in a comment, and right below it what is in it. */
const SHOWN = /^<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)^```$/gm;

const shown = await Promise.all(
  globSync("docs/{platforms,cron}/*.md", { cwd: ROOT }).map(async (page) => {
    const text = await readFile(`${ROOT}/${page}`, "utf8");
    return [...text.matchAll(SHOWN)].map(([, path = "", code = ""]) => ({ page, path, code }));
  }),
).then((pages) => pages.flat());

describe("what docs/platforms and docs/cron show", () => {
  it.each(shown)("$path in $page is the file that is tested", async ({ path, code }) => {
    expect(code).toBe(await readFile(`${ROOT}/${path}`, "utf8"));
  });

  it("is all the code of the examples", () => {
    const sources = globSync(["examples/*/{src,app}/**/*.ts", "examples/*/{main,server,cron}.ts"], {
      cwd: ROOT,
    });
    expect(
      shown
        .map(({ path }) => path)
        .filter((path) => path.endsWith(".ts"))
        .sort(),
    ).toEqual(sources.sort());
  });
});
