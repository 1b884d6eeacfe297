import { defineConfig } from "tsdown";

// The embedded engine starts its own process and thread from files of their own, so each is an entry.
export default defineConfig({
  entry: {
    index: "src/index.ts",
    cli: "src/cli.ts",
    "embedded-process": "src/engine/embedded-process.ts",
    "embedded-thread": "src/engine/embedded-thread.ts",
  },
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "node20",
  dts: { oxc: true },
  clean: true,
});
