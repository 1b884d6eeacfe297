import type { App } from "../app.ts";
import type { Report } from "../scenarios/report.ts";
import { tcpScenarios } from "../scenarios/tcp.ts";
import type { Setting } from "../scenarios/world.ts";

/** A runtime: a column of the matrix. */
export interface Column {
  readonly name: string;
  /** Rows that it cannot have, and why. A row that is named here and works is a failure too. */
  readonly lacks: Readonly<Record<string, string>>;
  /** Why it cannot run on this machine; undefined when it can. */
  missing(): string | undefined;
  /**
   * Runs the scenarios.
   *
   * @returns the runtime's version.
   */
  run(stage: Stage): Promise<string>;
}

/** Why a runtime lacks the rows over TCP. */
export const withoutTcp = (reason: string): Readonly<Record<string, string>> =>
  Object.fromEntries(tcpScenarios.map(({ name }) => [name, reason]));

/** What there is for a column to run with. */
export interface Stage {
  readonly app: App;
  readonly setting: Setting;
  /** Where the page of a browser is served: another origin than the gateway and the worker. */
  readonly pageUrl: string;
  /** Takes what came of a scenario. */
  readonly report: (report: Report) => void;
  /** Ends the run. */
  readonly signal: AbortSignal;
}
