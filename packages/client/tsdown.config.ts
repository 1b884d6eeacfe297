import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { index: "src/index.ts", "cron/index": "src/cron/index.ts", "react/index": "src/react/index.ts" },
  format: "esm",
  platform: "neutral",
  target: "es2022",
  dts: { oxc: true },
  clean: true,
});
