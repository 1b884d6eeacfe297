import { defineConfig } from "tsdown";

// Two builds, so that the edge-safe entry cannot share a chunk with the one for Node.
export default defineConfig([
  {
    entry: { index: "src/index.ts" },
    format: "esm",
    platform: "neutral",
    target: "es2022",
    dts: { oxc: true },
    clean: true,
  },
  {
    entry: { "node/index": "src/node/index.ts" },
    format: "esm",
    platform: "node",
    target: "node20",
    dts: { oxc: true },
    clean: false,
  },
]);
