import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "node/index": "src/node/index.ts",
    "contract/index": "src/contract/index.ts",
    "history/index": "src/history/index.ts",
    "simulation/index": "src/simulation/index.ts",
  },
  format: "esm",
  // The entry for Node says so by its path; for the other one `platform: "node"` would hide what it must not use.
  platform: "neutral",
  deps: { neverBundle: [/^node:/] },
  target: "es2022",
  dts: { oxc: true },
  clean: true,
});
