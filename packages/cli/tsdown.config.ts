import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { cli: "src/cli.ts" },
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "node20",
  dts: false,
  clean: true,
});
