import { defineConfig, type UserConfig } from "tsdown";

const bundle: UserConfig = {
  format: "esm",
  platform: "node",
  target: "node22",
  // A Lambda is one file: nothing is installed beside it.
  deps: { alwaysBundle: [/.*/] },
  dts: false,
};

export default defineConfig([
  { ...bundle, entry: ["src/handler.ts"], clean: ["dist/handler*"] },
  { ...bundle, entry: ["src/on-schedule.ts"], clean: ["dist/on-schedule*"] },
]);
