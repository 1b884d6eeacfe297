import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { runProgram } from "./child.ts";
import { type Column, withoutTcp } from "./column.ts";

const HOST = fileURLToPath(new URL("../hosts/edge-vm.ts", import.meta.url));

export const edgeVm: Column = {
  name: "edge-runtime",
  lacks: withoutTcp("edge functions have no TCP"),
  missing: () => undefined,
  async run(stage) {
    await runProgram([process.execPath, HOST, stage.app.script, JSON.stringify(stage.setting)], stage);
    return createRequire(import.meta.url)("@edge-runtime/vm/package.json").version;
  },
};
