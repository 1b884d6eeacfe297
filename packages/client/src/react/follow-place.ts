import type { Locks } from "@holdfast/core";
import { caretakerOf } from "../caretaker.ts";

export interface ShownPlace {
  readonly position: number;
  readonly freeInMs: number;
}

/** Somebody looks at the number: more often than it changes is of no use, and every look is a request. */
const LOOK_MS = 2000;
/** For each place in front. */
const PER_PLACE_MS = 200;
const LONGEST_MS = 15_000;

/**
 * Shows where an attempt waits: what the service says of it by itself, and, while the page is seen, what an inspection shows
 * of the waiter, if the token allows one (`locks:read`). Until the returned function is called.
 */
export function followPlace(
  locks: Locks,
  name: string,
  attempt: string,
  show: (place: ShownPlace) => void,
): () => void {
  let hash: string | undefined;
  let position = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;

  // Not everything that React draws on is a document.
  const page = typeof document === "object" ? document : undefined;
  const seen = () => page?.visibilityState !== "hidden";
  const told = (place: ShownPlace) => {
    position = place.position;
    show(place);
  };

  function later(): void {
    clearTimeout(timer);
    if (!over && hash !== undefined && seen())
      timer = setTimeout(look, Math.min(LOOK_MS + (position - 1) * PER_PLACE_MS, LONGEST_MS));
  }

  async function look(): Promise<void> {
    try {
      const { waiters, holders } = await locks.inspect(name);
      const waiter = waiters.find((one) => one.hash === hash);
      const endsAt = Math.min(...holders.map(({ expiresAt }) => expiresAt));
      const freeInMs = Number.isFinite(endsAt) ? Math.max(endsAt - Date.now(), 0) : 0;
      if (!over && waiter) told({ position: waiter.position, freeInMs });
    } catch (error) {
      // A token that may not look will not be allowed to in two seconds either.
      if ((error as { code?: unknown }).code === "unauthorized") return;
    }
    later();
  }

  const unwatch = caretakerOf(locks)?.watchPlace(attempt, (place) => {
    hash = place.hash;
    told({ position: place.position, freeInMs: place.freeInMs });
    later();
  });
  const onVisible = () => (seen() && hash !== undefined ? void look() : clearTimeout(timer));
  page?.addEventListener("visibilitychange", onVisible);
  return () => {
    over = true;
    clearTimeout(timer);
    unwatch?.();
    page?.removeEventListener("visibilitychange", onVisible);
  };
}
