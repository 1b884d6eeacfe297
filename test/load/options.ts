import { parseArgs } from "node:util";

export interface LoadOptions {
  readonly seconds: number;
  readonly clients: number;
  /** Between what a client does and what it does next, on average. */
  readonly pauseMs: number;
  /** The share of the requests to the database that something happens to. */
  readonly faults: number;
  /** Whether the bare handler is measured beside it, which takes a while more. */
  readonly compare: boolean;
  /** The page that is written; none without. */
  readonly page: string | undefined;
}

export const USAGE = `Usage: npm run load -- [options]

Runs the worker in workerd, and many clients of its HTTP API at once, with faults
between it and its database; looks for answers that should not be, for two that
hold one lock, and for memory that grows; and measures it beside a bare handler.

  --seconds <number>   how long the clients work (default 60)
  --clients <number>   how many there are (default 200)
  --pause <number>     between what a client does and what it does next, on average,
                       in milliseconds (default 2000)
  --faults <number>    the share of the requests to the database that is hit, from
                       0 to 0.5 (default 0.1)
  --no-compare         without the bare handler
  --page <file>        writes what came of it (docs/service/load.md has the last)
  --help               this text

Exit code: 0 when all was right, 1 when not, 2 for a bad option, 130 when interrupted.
`;

/** @throws Error that says which option cannot be. */
export function readOptions(args: readonly string[]): LoadOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      seconds: { type: "string", default: "60" },
      clients: { type: "string", default: "200" },
      pause: { type: "string", default: "2000" },
      faults: { type: "string", default: "0.1" },
      compare: { type: "boolean", default: true },
      page: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  return {
    seconds: number("--seconds", values.seconds, 1, 3600),
    clients: Math.round(number("--clients", values.clients, 1, 2000)),
    pauseMs: number("--pause", values.pause, 0, 60_000),
    faults: number("--faults", values.faults, 0, 0.5),
    compare: values.compare,
    page: values.page,
  };
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${name} must be a number from ${least} to ${most}, not "${text}".`);
}
