/**
 * A process with nothing more to do, whose fetch has fallen silent. Arguments: gateway URL, token, lock name, scene.
 * Prints as JSON what it saw when it ended.
 */
import { createLocks, restStore } from "../../packages/core/src/index.ts";

const [url = "", token = "", name = "", scene = ""] = process.argv.slice(2);

let silent = false;
let whenAsked = () => {};
const store = restStore({
  url,
  token,
  fetch: (...request) => {
    if (!silent) return fetch(...request);
    whenAsked();
    return new Promise<Response>(() => {});
  },
});
const locks = createLocks({ store });
const lease = await locks.acquire(name, { ttlMs: 6000, renew: true });
silent = true;
let code: string | undefined;

if (scene === "a renewal hangs") {
  // The test's own timer keeps the process until the renewal has left, as other work would.
  await new Promise<void>((resolve) => {
    const working = setTimeout(() => {}, 6000);
    whenAsked = () => {
      clearTimeout(working);
      resolve();
    };
  });
} else if (scene === "an acquire is awaited") {
  await locks.acquire(`${name}-inner`, { ttlMs: 1000, waitMs: 300 }).catch((error) => {
    code = error.code;
  });
}
process.on("exit", () => {
  // No look at the lease itself: that could find it expired and set something going.
  console.log(JSON.stringify({ scene, code, leaseWasLive: lease.expiresAt > Date.now() }));
});
