import { sameWaiter } from "../queue-change.ts";
import { type Corruption, invocation, replaced, steps, waitsOn } from "./corruption.ts";

export const CORRUPTED_QUEUES: readonly Corruption[] = [
  {
    name: "somebody loses its place",
    check: "queue",
    corrupt: (history) =>
      steps(history).flatMap(({ before, now, i }) =>
        now.queue
          .filter((waiter) => before.queue.some((other) => sameWaiter(other, waiter)))
          .filter(({ op }) => waitsOn(history, op, now.at))
          .map(
            (waiter) => () =>
              replaced(history, i, { ...now, queue: now.queue.filter((other) => other !== waiter) }),
          ),
      ),
  },
  {
    name: "two who wait change places",
    check: "queue",
    corrupt: (history) =>
      steps(history).flatMap(({ before, now, i }) => {
        const [first, second, ...rest] = now.queue;
        if (!first || !second) return [];
        const stable = [first, second].every((waiter) =>
          before.queue.some((other) => sameWaiter(other, waiter)),
        );
        const waits = waitsOn(history, first.op, now.at);
        return stable && waits
          ? [() => replaced(history, i, { ...now, queue: [second, first, ...rest] })]
          : [];
      }),
  },
  {
    name: "somebody is let in past the first in line",
    check: "queue",
    corrupt: (history) =>
      steps(history)
        .filter(({ now }) => {
          const first = now.queue[0];
          return first && waitsOn(history, first.op, now.at);
        })
        .filter(({ before, now }) => before.queue.some((waiter) => sameWaiter(waiter, now.queue[0])))
        .map(({ now, i }) => () => {
          const asked = { ...invocation(history, now.queue[0]?.op ?? ""), at: now.at, op: "z0", client: "z" };
          const passing = { op: "z0", attempt: "z0!", weight: 1, until: now.at + 10, fence: 1e9 };
          const state = { ...now, holders: [...now.holders, passing] };
          return replaced(history, i, { ...asked, fair: true, weight: 1 }, state);
        }),
  },
];
