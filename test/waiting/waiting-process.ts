/** A process that holds a name or waits for it, to be killed. Arguments: gateway URL, token, name, scene, milliseconds. */
import { createLocks, restStore } from "../../packages/core/src/index.ts";

const [url = "", token = "", name = "", scene = "", ms = ""] = process.argv.slice(2);

const locks = createLocks({ store: restStore({ url, token }) });
if (scene === "hold") {
  await locks.acquire(name, { ttlMs: Number(ms), renew: true });
} else {
  await locks.acquire(name, { claimMs: Number(ms), waitMs: 60_000, renew: true });
}
// Whatever it got it keeps, until it is killed.
setInterval(() => {}, 60_000);
