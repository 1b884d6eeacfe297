import type { HistoryBody, InspectionBody, LockEventBody } from "@holdfast/protocol";
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Api, ApiError, lockPath } from "../api/client.ts";
import { heardTime } from "./clock.ts";
import { watch } from "./live.ts";
import { Refresher } from "./refresher.ts";

const PACE = { everyMs: 5000, gapMs: 400 };
const EVENTS_KEPT = 500;

/** One lock, kept up to date: what is so now by looking, what has happened by its history and what is heard since. */
export class LockStory {
  readonly now: Refresher<InspectionBody>;
  readonly #events = signal<readonly LockEventBody[]>([]);
  readonly #historyError = signal<ApiError | null>(null);
  readonly #ended = new AbortController();
  readonly #unwatch: () => void;

  constructor(api: Api, name: string) {
    this.now = new Refresher(async (signal) => {
      const askedAt = Date.now();
      const inspection = await api.get<InspectionBody>(lockPath(name), {}, signal);
      heardTime(inspection.asOf, askedAt, Date.now());
      return inspection;
    }, PACE);
    this.#unwatch = watch({
      api,
      only: { name },
      onOpen: () => {
        this.now.poke();
        void this.#readHistory(api, name);
      },
      onEvent: (event) => {
        this.#add([event]);
        this.now.poke();
      },
    });
    void this.#readHistory(api, name);
  }

  /** The latest last. */
  get events(): ReadonlySignal<readonly LockEventBody[]> {
    return this.#events;
  }

  get historyError(): ReadonlySignal<ApiError | null> {
    return this.#historyError;
  }

  stop(): void {
    this.#ended.abort();
    this.#unwatch();
    this.now.stop();
  }

  async #readHistory(api: Api, name: string): Promise<void> {
    try {
      const { events } = await api.get<HistoryBody>(
        "/v1/history",
        { name, limit: EVENTS_KEPT },
        this.#ended.signal,
      );
      this.#historyError.value = null;
      this.#add(events);
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.#historyError.value = error;
    }
  }

  /** History and stream overlap: an event is known by its id. */
  #add(events: readonly LockEventBody[]): void {
    const known = new Map([...this.#events.value, ...events].map((event) => [event.id, event]));
    this.#events.value = [...known.values()].sort(byId).slice(-EVENTS_KEPT);
  }
}

function byId(a: LockEventBody, b: LockEventBody): number {
  const [timeA = 0, countA = 0] = a.id.split("-").map(Number);
  const [timeB = 0, countB = 0] = b.id.split("-").map(Number);
  return timeA - timeB || countA - countB;
}
