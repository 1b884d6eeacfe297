import { restStore, type Script, systemClock } from "@holdfast/core";
import {
  type Cron,
  type CronEvent,
  type CronOptions,
  createCron,
  createOnce,
  type Once,
} from "@holdfast/cron";
import { type FaultyFetch, type FetchFault, faultyFetch } from "@holdfast/testing";
import { beginScript, finishScript } from "../../packages/cron/src/scripts.generated.ts";
import { type Fixture, TOKEN } from "../support/fixture.ts";

/** A process of its own that runs jobs, and its own way to the gateway. */
export interface CronClient {
  readonly cron: Cron;
  readonly once: Once;
  readonly events: CronEvent[];
  readonly network: FaultyFetch;
  /** From now on nothing gets through to it or from it. */
  crash(): void;
}

export type CronClientOptions = Partial<Omit<CronOptions, "store">>;

export function cronClient(f: Fixture, options: CronClientOptions = {}): CronClient {
  const { clock = systemClock, ...rest } = options;
  const events: CronEvent[] = [];
  const network = faultyFetch();
  const store = restStore({
    url: f.gateway.url,
    token: TOKEN,
    fetch: network.fetch,
    clock,
  });
  const given = { store, clock, onEvent: (event: CronEvent) => void events.push(event), ...rest };
  return {
    cron: createCron(given),
    once: createOnce(given),
    events,
    network,
    crash: () => network.fail({ action: "drop-request", times: Number.POSITIVE_INFINITY }),
  };
}

/** The requests that run this script. */
function running(script: Script): NonNullable<FetchFault["when"]> {
  return (commands) =>
    commands.some(
      ([, what = ""]) =>
        [script.digest, script.keyLockingDigest].includes(what) || what.endsWith(script.source),
    );
}

export const BEGIN: NonNullable<FetchFault["when"]> = running(beginScript);
export const FINISH: NonNullable<FetchFault["when"]> = running(finishScript);
