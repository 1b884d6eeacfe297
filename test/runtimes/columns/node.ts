import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AWAIT_USING } from "../scenarios/index.ts";
import { runProgram } from "./child.ts";
import type { Column } from "./column.ts";

/** Node of another major than the one that runs this, from npm. */
export function npmNode(major: number): Column {
  const { platform, arch } = process;
  const file = fileURLToPath(
    new URL(`../node_modules/node-${major}-${platform}-${arch}/bin/node`, import.meta.url),
  );
  return {
    name: `Node ${major}`,
    lacks: { [AWAIT_USING]: "Node has the syntax from 24 on; compilers translate it" },
    missing: () =>
      existsSync(file) ? undefined : `npm has brought no Node ${major} for ${platform}-${arch}`,
    run: (stage) => runProgram([file, stage.app.program, JSON.stringify(stage.setting)], stage),
  };
}

/** The Node that runs this: 24, from npm too. */
export const ownNode: Column = {
  name: `Node ${process.versions.node.split(".")[0]}`,
  lacks: {},
  missing: () => undefined,
  run: (stage) => runProgram([process.execPath, stage.app.program, JSON.stringify(stage.setting)], stage),
};
