export {
  type FaultyFetch,
  type FaultyFetchOptions,
  faultyFetch,
  type RecordedRequest,
} from "./faulty-fetch.ts";
export type { FaultAction, FaultTarget, FetchFault } from "./fetch-faults.ts";
export type { Garbage } from "./garbage.ts";
export { type ManualClock, manualClock } from "./manual-clock.ts";
export { watchListeners } from "./watch-listeners.ts";
