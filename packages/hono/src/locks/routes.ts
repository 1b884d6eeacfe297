import { routes } from "@holdfast/protocol";
import type { ServiceApp } from "../context.ts";
import { mount } from "../mount.ts";
import { acquire } from "./acquire.ts";
import { health } from "./health.ts";
import { convert, extend, release } from "./holding.ts";
import { countDown } from "./latches.ts";
import { inspect, list } from "./looking.ts";
import { breakLock, resize } from "./operating.ts";
import { acquireAll, extendAll, releaseAll, withdrawAll } from "./several.ts";
import { wakeUps } from "./wake-ups.ts";
import { withdraw } from "./withdraw.ts";

/** Every route that is about locks. */
export function mountLocks(app: ServiceApp): void {
  mount(app, routes.acquire, acquire);
  mount(app, routes.extend, extend);
  mount(app, routes.release, release);
  mount(app, routes.withdraw, withdraw);
  mount(app, routes.convert, convert);
  mount(app, routes.resize, resize);
  mount(app, routes.inspect, inspect);
  mount(app, routes.break, breakLock);
  mount(app, routes.list, list);
  mount(app, routes.acquireAll, acquireAll);
  mount(app, routes.extendAll, extendAll);
  mount(app, routes.releaseAll, releaseAll);
  mount(app, routes.withdrawAll, withdrawAll);
  mount(app, routes.countDown, countDown);
  mount(app, routes.wakeUps, wakeUps);
  mount(app, routes.health, health);
}
