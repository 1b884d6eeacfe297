import type { Open, Place } from "./attempts.ts";
import type { Client } from "./create-client.ts";
import type { Transport } from "./transport.ts";

/** What a client does for the rest of this package, and shows to nobody else. */
export interface Caretaker {
  /** The way to the service. */
  readonly transport: Transport;
  /** What each worker has; called when the page goes, `persisted` if it may come back. */
  readonly wards: Set<(persisted: boolean) => readonly Open[]>;
  /** Gives back what somebody else had. */
  send(open: readonly Open[]): Promise<void>;
  /** Gets the token now, since the end of a page leaves no time for it. */
  prepare(): void;
  /** Hears of the place that an attempt waits in, as often as the service tells it, until the returned function is called. */
  watchPlace(attempt: string, hear: (place: Place) => void): () => void;
}

const caretakers = new WeakMap<object, Caretaker>();

export function keepCaretaker(client: Client, caretaker: Caretaker): void {
  caretakers.set(client, caretaker);
}

export function caretakerOf(client: object): Caretaker | undefined {
  return caretakers.get(client);
}
