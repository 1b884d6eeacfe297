#!/usr/bin/env node
import manifest from "../package.json" with { type: "json" };
import { run } from "./program.ts";

// `holdfast ls | head` closes the pipe when it has seen enough.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code !== "EPIPE") throw new Error(`the output cannot be written (${code})`);
  process.exit(0);
});

const exitCode = await run(process.argv.slice(2), manifest.version);
// Streams that are still being closed must not keep us; what was written has to be out.
process.stdout.write("", () => process.exit(exitCode));
