import { checkKnown, checkMs, checkWhole } from "../../check.ts";
import { MAX_TIMER_MS } from "../../clock.ts";
import { invalid } from "../../errors.ts";

/** The original's settings, with its defaults. */
export interface Settings {
  /** Clock drift, as a share of the duration. Holdfast allows for 0.01, the default; less has no effect, more is refused. */
  readonly driftFactor: number;
  /**
   * How often the original asks again; -1 for ever. Default 10. With one client `acquire` waits in the queue instead, for
   * `retryCount * retryDelay`.
   */
  readonly retryCount: number;
  /** Milliseconds before it does. Default 200. */
  readonly retryDelay: number;
  /** The most that is added to that delay or taken off, in milliseconds. Default 100. */
  readonly retryJitter: number;
  /** Accepted and not used: `using` renews long before a lock is about to end. */
  readonly automaticExtensionThreshold: number;
}

const DEFAULTS: Settings = {
  driftFactor: 0.01,
  retryCount: 10,
  retryDelay: 200,
  retryJitter: 100,
  automaticExtensionThreshold: 500,
};

/** @throws HoldfastError `invalid-argument` for a setting that cannot work. */
export function parseSettings(given: Partial<Settings> = {}, otherwise: Settings = DEFAULTS): Settings {
  checkKnown(given, Object.keys(DEFAULTS), "setting");
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings = { ...otherwise, ...Object.fromEntries(defined) } as Settings;
  checkWhole("retryCount", settings.retryCount, -1, 1_000_000);
  checkMs("retryDelay", settings.retryDelay, 0, MAX_TIMER_MS);
  checkMs("retryJitter", settings.retryJitter, 0, MAX_TIMER_MS);
  if (!(settings.driftFactor >= 0 && settings.driftFactor <= 0.01))
    throw invalid("driftFactor must be from 0 to 0.01: Holdfast allows for clock rates that differ by 1 %.");
  return settings;
}

/** How long all those tries take: what a waiter in a queue waits. */
export function waitOf({ retryCount, retryDelay }: Settings): number {
  return retryCount === -1 ? Number.POSITIVE_INFINITY : Math.min(retryCount * retryDelay, MAX_TIMER_MS);
}

/** The pause before the next round, so that two who failed together do not ask together again. */
export function pauseOf({ retryDelay, retryJitter }: Settings, chance: number): number {
  return Math.max(0, retryDelay + (chance * 2 - 1) * retryJitter);
}
