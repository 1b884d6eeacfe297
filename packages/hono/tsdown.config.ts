import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    middleware: "src/middleware/index.ts",
    opentelemetry: "src/opentelemetry/index.ts",
  },
  format: "esm",
  platform: "neutral",
  target: "es2022",
  dts: { oxc: true },
  clean: true,
});
