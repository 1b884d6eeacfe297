import { parseArgs } from "node:util";

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly gatewayPort: number;
  readonly workerPort: number;
  /** Ends after the contest, with its verdict as the exit code. */
  readonly once: boolean;
}

/** Where a port came from and how it is changed. */
export const PORTS = {
  gatewayPort: { flag: "port", variable: "HOLDFAST_GATEWAY_PORT", standard: 8079, what: "gateway" },
  workerPort: { flag: "worker-port", variable: "HOLDFAST_WORKER_PORT", standard: 8787, what: "worker" },
} as const;

export const USAGE = `Usage: npm start -- [options]

Starts the gateway and the worker, lets 20 clients compete for one lock, and
stays up for you to try it.

  --port <number>         port of the gateway (default 8079,
                          or HOLDFAST_GATEWAY_PORT)
  --worker-port <number>  port of the worker (default 8787,
                          or HOLDFAST_WORKER_PORT)
  --once                  end after the contest: exit code 0 if all was right
  --help                  this text
`;

/** @throws TypeError that says which option cannot be. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): StartOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      "worker-port": { type: "string" },
      once: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const port = (key: keyof typeof PORTS): number => {
    const { flag, variable, standard } = PORTS[key];
    if (values[flag] !== undefined) return checkPort(`--${flag}`, values[flag]);
    return env[variable] ? checkPort(variable, env[variable]) : standard;
  };
  const options = { gatewayPort: port("gatewayPort"), workerPort: port("workerPort"), once: values.once };
  if (options.gatewayPort === options.workerPort)
    throw new TypeError(`The gateway and the worker cannot share port ${options.gatewayPort}.`);
  return options;
}

function checkPort(source: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new TypeError(`${source} must be a port from 1 to 65535, not "${text}".`);
}
