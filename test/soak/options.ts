import { parseArgs } from "node:util";

export interface SoakOptions {
  readonly minutes: number;
  /** All of them: four in five use the SDK, the fifth the worker's HTTP API. */
  readonly clients: number;
  /** Lock cycles begun per second, by all clients together. */
  readonly rate: number;
  /** In front of a real redis-server instead of the embedded Valkey. */
  readonly redisServer: boolean;
  /** Wait for the last TTL at the end, and see the engine empty. */
  readonly drain: boolean;
  /** The file that takes all figures. */
  readonly report: string;
}

export const USAGE = `Usage: npm run soak -- [options]

Runs the gateway, the worker and many clients for a while, with faults in the
network between, and looks whether memory, timers, sockets or keys add up.

  --minutes <number>   how long the clients work (default 30)
  --clients <number>   how many there are (default 200)
  --rate <number>      lock cycles begun per second, by all of them (default 25)
  --redis-server       the gateway in front of a real redis-server, instead of
                       the embedded Valkey
  --no-drain           do not wait at the end, up to five minutes, until the last
                       TTL has passed and the engine is empty
  --report <file>      where all figures go as JSON (default bench/soak.json)
  --help               this text

Exit code: 0 when all was right, 1 when not, 2 for a bad option, 130 when interrupted.
`;

/** @throws Error that says which option cannot be. */
export function readOptions(args: readonly string[]): SoakOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      minutes: { type: "string", default: "30" },
      clients: { type: "string", default: "200" },
      rate: { type: "string", default: "25" },
      "redis-server": { type: "boolean", default: false },
      drain: { type: "boolean", default: true },
      report: { type: "string", default: "bench/soak.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.report === "") throw new Error("--report must name a file.");
  const clients = number("--clients", values.clients, 5, 2000);
  if (!Number.isInteger(clients)) throw new Error(`--clients must be a whole number, not ${clients}.`);
  return {
    minutes: number("--minutes", values.minutes, 0.05, 1440),
    clients,
    rate: number("--rate", values.rate, 0.1, 1000),
    redisServer: values["redis-server"],
    drain: values.drain,
    report: values.report,
  };
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${name} must be a number from ${least} to ${most}, not "${text}".`);
}
