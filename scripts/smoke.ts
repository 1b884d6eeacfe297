import { Api } from "./smoke/api.ts";
import { CHECKS, release, type Scene } from "./smoke/checks.ts";

// Tries a deployed lock service: `HOLDFAST_URL=https://locks.example.com HOLDFAST_API_KEY=… node scripts/smoke.ts`.
// It uses one lock of its own, leaves nothing held, and needs a key with the scope locks:acquire.
// Exit code: 0 when all was right, 1 when not, 2 when a variable is missing.

process.exitCode = await main();

async function main(): Promise<number> {
  const { HOLDFAST_URL: url, HOLDFAST_API_KEY: key } = process.env;
  if (!url || !key) {
    console.error("Set HOLDFAST_URL and HOLDFAST_API_KEY: where the service is, and a key for it.");
    return 2;
  }
  const scene: Scene = { api: new Api(url, key), name: "", lease: undefined, scopes: [] };
  let failed = 0;
  try {
    for (const [what, check] of Object.entries(CHECKS)) {
      const started = performance.now();
      const outcome = await check(scene).then(
        (skipped) =>
          skipped === undefined ? { mark: "ok     ", remark: "" } : { mark: "skipped", remark: skipped },
        (error: Error) => ({ mark: "FAILED ", remark: causeOf(error) }),
      );
      if (outcome.mark === "FAILED ") failed++;
      const took = `${Math.round(performance.now() - started)} ms`.padStart(9);
      console.log(`${outcome.mark} ${what.padEnd(38)}${took}  ${outcome.remark}`.trimEnd());
      // Without an answer, or without a lock, all that follows fails for the same reason.
      if (failed > 0 && scene.lease === undefined && scene.name === "") break;
    }
  } finally {
    if (scene.lease) await release(scene).catch(() => {});
  }
  console.log(failed === 0 ? "\nThe service works." : `\n${failed} of the checks failed.`);
  return failed === 0 ? 0 : 1;
}

function causeOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
