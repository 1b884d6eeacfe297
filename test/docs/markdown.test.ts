import { describe, expect, it } from "vitest";
import { snippetsOf } from "./markdown.ts";

const fence = "```";

describe("the blocks of a document that are tested", () => {
  it("are those with the mark right above", () => {
    const markdown = `# Title

<!-- test -->
${fence}ts
const a = 1;

const b = 2;
${fence}

${fence}ts
not marked
${fence}

1. in a list

   <!-- test prints: 3 of 4 -->
   ${fence}sh
   echo 3 of 4
   ${fence}
`;
    expect(snippetsOf("x.md", markdown)).toEqual([
      {
        document: "x.md",
        line: 5,
        language: "ts",
        code: "const a = 1;\n\nconst b = 2;\n",
        prints: undefined,
      },
      { document: "x.md", line: 18, language: "sh", code: "echo 3 of 4\n", prints: "3 of 4" },
    ]);
  });

  it("are not found inside a block that shows the mark", () => {
    const markdown = `${fence}${fence[0]}md\n<!-- test -->\n${fence}ts\nx\n${fence}\n${fence}${fence[0]}\n`;
    expect(snippetsOf("x.md", markdown)).toEqual([]);
  });

  it.each([
    ["a blank line in between", `<!-- test -->\n\n${fence}ts\nx\n${fence}\n`],
    ["a language that cannot be run", `<!-- test -->\n${fence}json\n{}\n${fence}\n`],
    ["no block", "<!-- test -->\ntext\n"],
    ["a misspelt mark", `<!-- test print: 3 -->\n${fence}ts\nx\n${fence}\n`],
  ])("are not missed by mistake: %s", (_mistake, markdown) => {
    expect(() => snippetsOf("x.md", markdown)).toThrow(/^x\.md:1: /);
  });
});
