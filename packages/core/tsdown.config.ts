import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "mutex/index": "src/mutex/index.ts",
    "commands/index": "src/commands/index.ts",
    "compat/upstash-lock/index": "src/compat/upstash-lock/index.ts",
    "compat/redlock/index": "src/compat/redlock/index.ts",
  },
  format: "esm",
  platform: "neutral",
  target: "es2022",
  dts: { oxc: true },
  clean: true,
});
