import { all, type Corruption, invocation, replaced, waitingState } from "./corruption.ts";

export const CORRUPTED_CALLS: readonly Corruption[] = [
  {
    name: "a call is granted twice",
    check: "once",
    corrupt: (history) =>
      all(history, "granted").map(
        ({ event, i }) =>
          () =>
            replaced(history, i, event, event),
      ),
  },
  {
    name: "an attempt is granted again when its lease is over",
    check: "once",
    corrupt: (history) =>
      all(history, "server")
        .filter(({ event }) => event.holders.length > 0)
        .map(({ event, i }) => () => {
          const [first] = event.holders;
          const again = event.holders.map((holder) =>
            holder === first ? { ...holder, fence: 1e9 } : holder,
          );
          return replaced(history, i, event, { ...event, holders: [] }, { ...event, holders: again });
        }),
  },
  {
    name: "a holder takes a place in the queue as well",
    check: "once",
    corrupt: (history) =>
      all(history, "server").flatMap(({ event, i }) =>
        event.holders.map(({ op }) => () => {
          const place = { op, attempt: "again" };
          return replaced(history, i, event, { ...event, queue: [...event.queue, place] });
        }),
      ),
  },
  {
    name: "a call is still waiting in the end",
    check: "liveness",
    corrupt: (history) =>
      all(history, "failed").map(
        ({ i }) =>
          () =>
            replaced(history, i),
      ),
  },
  {
    name: "a key stays behind",
    check: "leaks",
    corrupt: (history) =>
      all(history, "end").map(
        ({ event, i }) =>
          () =>
            replaced(history, i, { ...event, keys: 1 }),
      ),
  },
  {
    name: "a call that failed leaves a place behind",
    check: "leftovers",
    corrupt: (history) =>
      all(history, "quiet").flatMap(({ event, i }) =>
        all(history, "failed").map((failed) => () => {
          const asked = invocation(history, failed.event.op);
          return replaced(history, i, event, waitingState(asked, event.at));
        }),
      ),
  },
  {
    name: "a name stays free though somebody waits",
    check: "stalls",
    corrupt: (history) =>
      all(history, "quiet").flatMap(({ event, i }) =>
        all(history, "invoked").map((invoked) => () => {
          const asked = { ...invoked.event, at: event.at, op: "z0", client: "z" };
          return replaced(history, i, event, asked, waitingState(asked, event.at));
        }),
      ),
  },
  {
    name: "time goes back",
    check: "well-formed",
    corrupt: (history) =>
      all(history, "quiet").map(({ event }) => () => [event, ...history]),
  },
];
