import { backgroundTimer } from "../clock.ts";
import { HoldfastError, LockLostError, type LossReason } from "../errors.ts";
import type { Claim, LockKind } from "../lock/target.ts";
import { checkTtl, type Json } from "../locks/options.ts";
import { type Deadline, elapsedMs, type Instant, instant, reliableMs, remainingOf } from "./deadline.ts";
import type { LeaseKeeper } from "./keeper.ts";
import type { Lease, LeaseJSON, LeaseMode, ReleaseOutcome } from "./lease.ts";

/** What a lease is made of. */
export interface LeaseTerms {
  readonly names: readonly string[];
  readonly kind: LockKind;
  readonly weight: number;
  readonly mode: LeaseMode;
  readonly claim: Claim;
  /** For each name. */
  readonly fences: readonly number[];
  readonly metadata: Json | undefined;
  readonly ttlMs: number;
  readonly acquiredAt: number;
}

/**
 * Timers stand still with the monotonic clock while a machine is suspended. Looking at both clocks this often tells of a
 * lease that ended meanwhile so soon after the machine goes on.
 */
const LOOK_MS = 1000;

export class HeldLease implements Lease {
  readonly #keeper: LeaseKeeper;
  #terms: LeaseTerms;
  readonly #since: Instant;
  readonly #lost = new AbortController();
  #deadline: Deadline;
  /** False for an adopted lease until the store has confirmed it: another process's clock proves nothing here. */
  #proven: boolean;
  #end: LossReason | "released" | undefined;
  #releasing: Promise<ReleaseOutcome> | undefined;
  #timer: unknown;
  readonly #onEnd: (() => void)[] = [];

  constructor(keeper: LeaseKeeper, terms: LeaseTerms, deadline: Deadline, proven: boolean) {
    this.#keeper = keeper;
    this.#terms = terms;
    this.#since = instant(keeper.clock);
    this.#deadline = deadline;
    this.#proven = proven;
    keeper.leases.add(this);
    this.#watch();
  }

  get name(): string {
    return this.#terms.names[0] ?? "";
  }
  get names(): readonly string[] {
    return this.#terms.names;
  }
  get mode(): LeaseMode {
    return this.#terms.mode;
  }
  get owner(): string {
    return this.#terms.claim.owner;
  }
  get fence(): number {
    return Math.max(...this.#terms.fences);
  }
  /** @internal */
  get parts(): { name: string; fence: number }[] {
    return this.#terms.names.map((name, i) => ({ name, fence: this.#terms.fences[i] ?? 0 }));
  }
  get metadata(): Json | undefined {
    return this.#terms.metadata;
  }
  get acquiredAt(): number {
    return this.#terms.acquiredAt;
  }
  get expiresAt(): number {
    return Math.floor(this.#deadline.from.wall + this.#deadline.ms);
  }
  /** @internal */
  get ttlMs(): number {
    return this.#terms.ttlMs;
  }
  /** @internal */
  get claim(): Claim {
    return this.#terms.claim;
  }

  get signal(): AbortSignal {
    this.#expireIfDue();
    return this.#lost.signal;
  }

  remainingMs(): number {
    this.#expireIfDue();
    return this.#end || !this.#proven ? 0 : Math.floor(this.#left());
  }

  async extend(ttlMs: number = this.#terms.ttlMs): Promise<number> {
    checkTtl(ttlMs);
    this.checkHeld();
    try {
      await this.#keeper.extend([{ lease: this, ttlMs }]);
    } finally {
      // Whatever the store said: what counts for the holder is whether the lease is still there.
      this.checkHeld();
    }
    return this.remainingMs();
  }

  release(): Promise<ReleaseOutcome> {
    this.#releasing ??= this.#release().catch((error) => {
      this.#releasing = undefined;
      throw error;
    });
    return this.#releasing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The work is done and its outcome must not be replaced by a failed release, which goes on in the background.
    await this.release().catch(() => {});
  }

  toJSON(): LeaseJSON {
    const { names, mode, claim, fences, metadata, acquiredAt, ttlMs } = this.#terms;
    const { name, fence, expiresAt } = this;
    return {
      version: 1,
      name,
      mode,
      owner: claim.owner,
      attemptId: claim.attempt,
      fence,
      ...(names.length > 1 && { names, fences }),
      ...(metadata !== undefined && { metadata }),
      acquiredAt,
      expiresAt,
      ttlMs,
    };
  }

  /** @internal How long a request about this lease may take: as long as the lease is any use. */
  budgetMs(): number {
    return this.#proven ? Math.max(this.#left(), 0) : this.#terms.ttlMs;
  }

  /** @internal How long the lease was made to last by the last answer about it. */
  get spanMs(): number {
    return this.#deadline.ms;
  }

  /** @internal Called back once, when the lease is released or lost. */
  onEnd(callback: () => void): void {
    this.#onEnd.push(callback);
  }

  /** @internal The store answered a request sent at `sentAt` with the time that is left. */
  confirm(sentAt: Instant, remainingMs: number): void {
    // Over by the holder's own count, as after a suspension in which no timer ran: it is told that before all else.
    if (this.#proven) this.#expireIfDue();
    if (this.#end) return;
    if (remainingMs === 0) {
      this.lose(this.#left() > 0 ? "taken" : "expired");
      return;
    }
    const ms = reliableMs(remainingMs);
    if (!this.#proven || ms - elapsedMs(this.#keeper.clock, sentAt) > this.#left())
      this.#deadline = { from: sentAt, ms };
    this.#proven = true;
    this.#watch();
  }

  /** @internal The lease goes on with another mode and weight, and the fence of that grant. */
  convert(mode: LeaseMode, weight: number, fence: number = this.fence): void {
    this.#terms = { ...this.#terms, mode, weight, fences: [fence] };
  }

  /** @internal Whether a nested lease of this kind and weight is within this one. */
  covers(name: string, kind: LockKind, weight: number): boolean {
    const terms = this.#terms;
    return terms.names.includes(name) && terms.kind === kind && terms.weight >= weight;
  }

  /** @internal How the lease ended, if it has. */
  get outcome(): ReleaseOutcome | undefined {
    this.#expireIfDue();
    return this.#end && (this.#end === "taken" ? "lost" : this.#end === "released" ? "released" : "expired");
  }

  /** @internal Another lease carries on what this one held. */
  handOver(): void {
    if (!this.#end) this.#finish("released");
  }

  /** @internal */
  lose(reason: LossReason): void {
    if (this.#end) return;
    this.#finish(reason);
    this.#keeper.emit?.({ type: "lost", name: this.name, fence: this.fence, reason, heldMs: this.#heldMs() });
    this.#lost.abort(new LockLostError(this.name, this.fence, reason));
  }

  /** @internal @throws when the lease is over. */
  checkHeld(): void {
    this.#expireIfDue();
    if (this.#end === "released")
      throw new HoldfastError(
        "invalid-argument",
        `the lease on ${JSON.stringify(this.name)} was released; acquire again.`,
      );
    if (this.#end) throw new LockLostError(this.name, this.fence, this.#end);
  }

  #left(): number {
    return remainingOf(this.#keeper.clock, this.#deadline);
  }

  #heldMs(): number {
    return elapsedMs(this.#keeper.clock, this.#since);
  }

  #finish(end: LossReason | "released"): void {
    this.#end = end;
    this.#keeper.leases.delete(this);
    this.#keeper.clock.clearTimeout(this.#timer);
    for (const callback of this.#onEnd) callback();
  }

  /** A frozen process runs its timers late; whoever asks about the lease finds out first. */
  #expireIfDue(): void {
    if (!this.#end && this.#left() <= 0) this.lose(this.#keeper.renewer.lossAtDeadline(this));
  }

  #watch(): void {
    this.#keeper.clock.clearTimeout(this.#timer);
    this.#timer = backgroundTimer(
      this.#keeper.clock,
      () => {
        this.#expireIfDue();
        if (!this.#end) this.#watch();
      },
      Math.min(this.#left(), LOOK_MS),
    );
  }

  async #release(): Promise<ReleaseOutcome> {
    this.#expireIfDue();
    const outcome =
      this.#end && this.#end !== "released" ? this.#afterLoss(this.#end) : await this.#giveBack();
    this.#keeper.emit?.({
      type: "released",
      name: this.name,
      fence: this.fence,
      outcome,
      heldMs: this.#heldMs(),
    });
    return outcome;
  }

  /** The answer is known, but the store may keep the name for the drift allowance; nobody has to wait for that. */
  #afterLoss(reason: LossReason): ReleaseOutcome {
    // Of several names the others may still be held.
    if (reason !== "taken" || this.names.length > 1) this.#keeper.releaseLater(this);
    return reason === "taken" ? "lost" : "expired";
  }

  async #giveBack(): Promise<ReleaseOutcome> {
    if (!this.#end) this.#finish("released");
    const held = await this.#keeper.release(this);
    if (held) return "released";
    return this.#left() > 0 ? "lost" : "expired";
  }
}
