import type { createLocks, LockEvent, restStore } from "@holdfast/core";
import { PRIMITIVES } from "./primitives.ts";
import { watchServer } from "./server-states.ts";
import type { Subject } from "./subject.ts";

/** The SDK under test: the sources, or the sources with a fault of ours. */
export interface Sdk {
  readonly createLocks: typeof createLocks;
  readonly restStore: typeof restStore;
}

const NAMESPACE = "sim";
/** Some round trips of the slowest client. */
const PROMPT_MS = 1000;
/** The longest that a message is late, or waited for in vain, and some time to notice. */
const FELT_MS = 6000;

export function holdfast(sdk: Sdk): Subject {
  return {
    connect({ client, primitive, random, record }) {
      const store = sdk.restStore({
        url: client.url,
        token: "token",
        fetch: client.fetch,
        clock: client.clock,
        timeoutMs: Math.ceil(random.magnitude(300, 5000)),
      });
      const onEvent = (event: LockEvent) => {
        if (event.type === "extended") record.renewed(event.name, event.fence);
      };
      const locks = sdk.createLocks({ store, clock: client.clock, namespace: NAMESPACE, onEvent });
      return (names, random) => PRIMITIVES[primitive](locks, names, random);
    },
    measures: { promptMs: PROMPT_MS, aftermathMs: FELT_MS, handsOn: true, placesEnd: true },
    watch: (simulation, write) => watchServer(simulation, NAMESPACE, write),
  };
}
