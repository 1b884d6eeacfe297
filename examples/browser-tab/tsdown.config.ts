import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/editor.ts"],
  format: "esm",
  platform: "browser",
  target: "es2022",
  copy: ["index.html"],
  dts: false,
  clean: true,
});
