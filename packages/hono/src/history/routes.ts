import { routes } from "@holdfast/protocol";
import type { ServiceApp, ServiceContext } from "../context.ts";
import { mount } from "../mount.ts";
import { unprocessable } from "../problem.ts";
import { emit } from "./emit.ts";
import { eventsBack, wanted } from "./entries.ts";
import { historyKeys } from "./keys.ts";
import { follow } from "./live.ts";
import { metrics } from "./metrics.ts";
import { byMinute, firstMinute, MINUTE_MS } from "./overview.ts";
import { historyBounds } from "./settings.ts";

/** What happened to locks: as a list, by the minute, as it happens, and for Prometheus. */
export function mountHistory(app: ServiceApp): void {
  mount(app, routes.history, async (c, { query: { limit, since = 0, ...which } }) => {
    const bounds = boundsOf(c);
    const isWanted = wanted(c.var.principal, which);
    const found = [];
    for await (const page of eventsBack(c.var.service, keyOf(c), oldest(bounds, since), bounds.looks)) {
      found.push(...page.filter(isWanted));
      if (found.length >= limit) break;
    }
    return c.json({ events: found.slice(0, limit).reverse() });
  });

  mount(app, routes.overview, async (c, { query: { minutes } }) => {
    const bounds = boundsOf(c);
    const from = firstMinute(Date.now(), minutes);
    const isWanted = wanted(c.var.principal, {});
    const found = [];
    let looked = 0;
    for await (const page of eventsBack(c.var.service, keyOf(c), oldest(bounds, from), bounds.looks)) {
      looked += page.length;
      found.push(...page.filter(isWanted));
    }
    // Only when there were as many as are kept can older ones have been dropped.
    const complete = bounds.keepMs >= minutes * MINUTE_MS && looked < bounds.events;
    return c.json({ minutes: byMinute(found, from, minutes), complete });
  });

  mount(app, routes.events, async (c, { query }) => {
    const after = c.req.header("last-event-id") || undefined;
    if (after !== undefined && !/^\d{1,19}-\d{1,19}$/.test(after))
      throw unprocessable([{ field: "Last-Event-ID", detail: "must be the id of an event." }]);
    const stream = await follow({
      service: c.var.service,
      key: keyOf(c),
      wanted: wanted(c.var.principal, query),
      after,
      signal: c.req.raw.signal,
      onTrouble: () =>
        emit(c, { type: "trouble", at: Date.now(), during: "following", tenant: c.var.principal.tenant }),
    });
    return c.body(stream, 200, {
      "content-type": "text/event-stream",
      // For nginx, which would keep events back until they fill a buffer.
      "x-accel-buffering": "no",
    });
  });

  mount(app, routes.metrics, metrics);
}

function keyOf(c: ServiceContext): string {
  return historyKeys(c.var.service, c.var.principal).events;
}

/** `looks` is how many entries are read at the most. */
function boundsOf(c: ServiceContext) {
  const bounds = historyBounds(c.var.service.options.history);
  // The stream is trimmed roughly: it may be longer by a part of it.
  return { ...bounds, looks: bounds.events + 1000 };
}

function oldest({ keepMs }: { keepMs: number }, since: number): number {
  return Math.max(since, Date.now() - keepMs);
}
