import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const MOVE_MS = 350;

/** Children with `data-key` glide to their new places, so that one sees who has moved up and who has gone. */
export function useMovingList<E extends HTMLElement>(): RefObject<E | null> {
  const list = useRef<E>(null);
  const places = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const before = places.current;
    const after = new Map<string, number>();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const child of list.current?.children ?? []) {
      if (!(child instanceof HTMLElement) || child.dataset.key === undefined) continue;
      const top = child.offsetTop;
      after.set(child.dataset.key, top);
      const moved = (before.get(child.dataset.key) ?? top) - top;
      if (moved !== 0 && !still)
        child.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], {
          duration: MOVE_MS,
          easing: "cubic-bezier(.2,.8,.2,1)",
        });
    }
    places.current = after;
  });
  return list;
}
