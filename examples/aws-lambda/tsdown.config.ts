import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/handler.ts"],
  format: "esm",
  platform: "node",
  target: "node22",
  // A Lambda is one file: nothing is installed beside it.
  deps: { alwaysBundle: [/.*/] },
  dts: false,
  clean: true,
});
