import { Worker } from "node:worker_threads";

/**
 * Main thread of the embedded engine's process. Valkey runs in a thread beside it, so that this one stays free to
 * notice that the gateway is gone (killed included: the channel then closes) even while a script loops for ever.
 */
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const engine = new Worker(new URL(`./embedded-thread.${extension}`, import.meta.url), {
  // The engine's log lines have no reader.
  stdout: true,
  stderr: true,
});

engine.once("message", (port: number) => process.send?.({ port }));
engine.once("error", () => process.exit(1));
engine.once("exit", () => process.exit(1));
process.once("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group; the gateway decides when the engine ends.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => process.exit(0));
