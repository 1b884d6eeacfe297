import { sameWaiter } from "../queue-change.ts";
import { all, type Corruption, ends, invocation, replaced, steps } from "./corruption.ts";
import { CLAIM_MS, TTL_MS } from "./model-server.ts";

export const CORRUPTED_LEASES: readonly Corruption[] = [
  {
    name: "a holder relies on its lease for longer than the server holds it",
    check: "agreement",
    corrupt: (history) =>
      all(history, "granted")
        .filter(({ event }) => !history.some((other) => ends(other, event)))
        .map(({ event, i }) => () => {
          const later = replaced(history, i, { ...event, until: event.until + 1000 });
          return later.filter((other) => !(other.type === "lost" && other.op === event.op));
        }),
  },
  {
    name: "somebody is granted a lock that another relies on",
    check: "exclusion",
    corrupt: (history) =>
      all(history, "granted")
        .filter(({ event, i }) => event.until - event.at > 20 && (history[i + 1]?.at ?? 0) > event.at)
        .map(({ event, i }) => () => {
          const asked = { ...invocation(history, event.op), at: event.at, op: "z0", client: "z" };
          const stolen = { ...event, op: "z0", fences: [1e9], until: event.at + 5 };
          return replaced(history, i, event, { ...asked, weight: asked.capacity }, stolen);
        }),
  },
  {
    name: "the server holds a name for one more",
    check: "capacity",
    corrupt: (history) =>
      all(history, "server")
        .filter(({ event }) => event.holders.length > 0)
        .map(({ event, i }) => () => {
          const extra = { op: "z0", weight: event.capacity, until: event.at + 10, fence: 1e9 };
          return replaced(history, i, { ...event, holders: [...event.holders, extra] });
        }),
  },
  {
    name: "a client is told a fence that an earlier lease had",
    check: "fences",
    corrupt: (history) =>
      all(history, "granted").flatMap(({ event, i }) => {
        const [name] = invocation(history, event.op).names;
        const earlier = all(history, "granted").filter(
          (other) => other.i < i && invocation(history, other.event.op).names[0] === name,
        );
        return earlier.map((other) => () => replaced(history, i, { ...event, fences: other.event.fences }));
      }),
  },
  {
    name: "the server gives a fence that is not greater than all before",
    check: "fences",
    corrupt: (history) =>
      steps(history)
        .filter(({ before, now }) => {
          const [first] = before.holders;
          return (
            first && now.holders.some((holder) => !before.holders.some((other) => sameWaiter(other, holder)))
          );
        })
        .map(({ before, now, i }) => () => {
          const fence = before.holders[0]?.fence ?? 0;
          const holders = now.holders.map((holder) =>
            before.holders.some((other) => sameWaiter(other, holder))
              ? holder
              : { ...holder, fence: fence - 0.5 },
          );
          return replaced(history, i, { ...now, holders });
        }),
  },
  {
    name: "a resource takes a write with an old fence",
    check: "effects",
    corrupt: (history) =>
      all(history, "effect")
        .filter(({ event }) => {
          const { weight, capacity } = invocation(history, event.op);
          return weight === capacity;
        })
        .map(
          ({ event, i }) =>
            () =>
              replaced(history, i, event, { ...event, fence: (event.fence ?? 0) - 1 }),
        ),
  },
  {
    name: "a renewal adds to what is left",
    check: "renewal",
    corrupt: (history) =>
      all(history, "server").flatMap(({ event, i }) =>
        event.holders.map((holder) => () => {
          const holders = event.holders.map((other) =>
            other === holder ? { ...other, until: event.at + 2 * TTL_MS } : other,
          );
          return replaced(history, i, { ...event, holders });
        }),
      ),
  },
  {
    name: "a grant out of the queue lasts the whole time to live",
    check: "claims",
    corrupt: (history) =>
      steps(history).flatMap(({ before, now, i }) => {
        const promoted = now.holders.filter(
          ({ op, until }) =>
            until === now.at + CLAIM_MS &&
            before.queue.some((waiter) => waiter.op === op) &&
            invocation(history, op).fair,
        );
        return promoted.map((holder) => () => {
          const until = now.at + TTL_MS;
          const holders = now.holders.map((other) => (other === holder ? { ...other, until } : other));
          return replaced(history, i, { ...now, holders });
        });
      }),
  },
  {
    name: "a holder is never told of the loss",
    check: "loss",
    corrupt: (history) =>
      all(history, "lost").map(
        ({ i }) =>
          () =>
            replaced(history, i),
      ),
  },
];
