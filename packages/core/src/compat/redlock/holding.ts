import type { Lease } from "../../lease/lease.ts";
import type { Client } from "./vote.ts";

/** Aborts when the lock is lost; `error` then says why, as `reason` does. */
export type RedlockAbortSignal = AbortSignal & { error?: Error };

/** What one lock has: a lease from each server that granted it. It stands while a majority of them do. */
export class Holding {
  readonly #leases = new Map<Client, Lease>();
  readonly #quorum: number;
  readonly #lost = new AbortController();
  #over = false;

  constructor(quorum: number) {
    this.#quorum = quorum;
  }

  /** Aborts with the reason of the lease that took the majority away. */
  get signal(): RedlockAbortSignal {
    return this.#lost.signal;
  }

  get first(): Lease | undefined {
    return [...this.#leases.values()][0];
  }

  of(client: Client): Lease | undefined {
    return this.#leases.get(client);
  }

  /** A server may grant after the vote was decided; if nobody wants the lock any more, it is given back. */
  add(client: Client, lease: Lease): void {
    if (this.#over) return void lease[Symbol.asyncDispose]();
    this.#leases.set(client, lease);
    lease.signal.addEventListener("abort", () => {
      if (this.#over || this.expiresAt() > 0) return;
      this.signal.error = lease.signal.reason;
      this.#lost.abort(lease.signal.reason);
    });
  }

  /** Until when a majority of the leases lasts, in milliseconds since the epoch; 0 when none does. */
  expiresAt(): number {
    const live = [...this.#leases.values()].filter((lease) => lease.remainingMs() > 0);
    const ends = live.map((lease) => lease.expiresAt).sort((a, b) => b - a);
    return ends[this.#quorum - 1] ?? 0;
  }

  /** From now on nothing is added. */
  close(): void {
    this.#over = true;
  }

  /** Gives everything back; what fails goes on in the background. */
  async discard(): Promise<void> {
    this.close();
    await Promise.all([...this.#leases.values()].map((lease) => lease[Symbol.asyncDispose]()));
  }
}
