#!/usr/bin/env node
import { parseArgs } from "node:util";
import { startGateway } from "./gateway.ts";
import { DEFAULT_PORT, DEFAULT_TOKEN, type GatewayOptions, type GatewayToken } from "./options.ts";

const USAGE = `Usage: holdfast-gateway [options]

An Upstash-compatible REST server on an embedded Valkey, or in front of any Redis.

  --port <number>             port to listen on, 0 for any free one (default ${DEFAULT_PORT})
  --host <address>            interface to listen on (default 127.0.0.1)
  --token <token>             full access (default: $UPSTASH_REDIS_REST_TOKEN, else ${DEFAULT_TOKEN})
  --read-only-token <token>   read commands only
  --redis <url>               redis:// or rediss:// of the server to stand in front of (default: $HOLDFAST_REDIS_URL,
                              else an embedded Valkey whose data ends with the process)
  --admin-token <token>       opens /admin/meter (default: $HOLDFAST_ADMIN_TOKEN, else closed)
  --faults                    lets the admin token inject faults at /admin/faults
  --help                      this text
`;

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string" },
  token: { type: "string" },
  "read-only-token": { type: "string" },
  redis: { type: "string" },
  "admin-token": { type: "string" },
  faults: { type: "boolean" },
  help: { type: "boolean" },
} as const;

const given = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };

/** Secrets can come from the environment, where other users of the machine do not see them in the process list. */
const readOptions = (argv: string[]): GatewayOptions | "help" => {
  const { values } = parseArgs({ args: argv, options: OPTIONS, strict: true });
  if (values.help) return "help";
  const { env } = process;
  if (values.port !== undefined && !/^\d+$/.test(values.port))
    throw new TypeError(`--port: not a number: ${values.port}`);
  const tokens: GatewayToken[] = [
    {
      name: "standard",
      token: values.token ?? env.UPSTASH_REDIS_REST_TOKEN ?? DEFAULT_TOKEN,
      access: "full",
    },
  ];
  const readOnly = values["read-only-token"];
  if (readOnly !== undefined) tokens.push({ name: "read-only", token: readOnly, access: "read-only" });
  return {
    tokens,
    ...given("port", values.port === undefined ? undefined : Number(values.port)),
    ...given("host", values.host),
    ...given("redisUrl", values.redis ?? env.HOLDFAST_REDIS_URL),
    ...given("adminToken", values["admin-token"] ?? env.HOLDFAST_ADMIN_TOKEN),
    ...given("faults", values.faults),
  };
};

const fail = (message: string): never => {
  process.stderr.write(`holdfast-gateway: ${message}\n`);
  process.exit(1);
};

const explain = (error: unknown, options: GatewayOptions): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  const port = options.port ?? DEFAULT_PORT;
  if (code === "EADDRINUSE") return `port ${port} is taken; choose another one with --port <number>`;
  if (code === "EACCES") return `port ${port} needs more rights; choose another one with --port <number>`;
  return message;
};

const main = async (): Promise<void> => {
  let options: GatewayOptions;
  try {
    const read = readOptions(process.argv.slice(2));
    if (read === "help") {
      process.stdout.write(USAGE);
      return;
    }
    options = read;
  } catch (error) {
    return fail(`${(error as Error).message}\nTry --help.`);
  }
  const gateway = await startGateway(options).catch((error: unknown) => fail(explain(error, options)));
  const usesDefaultToken = (options.tokens as GatewayToken[])[0]?.token === DEFAULT_TOKEN;
  process.stdout.write(
    `Holdfast gateway: ${gateway.url} (${gateway.engine.kind === "embedded" ? "embedded Valkey" : "Redis by URL"})\n` +
      `UPSTASH_REDIS_REST_URL=${gateway.url}\n` +
      `UPSTASH_REDIS_REST_TOKEN=${usesDefaultToken ? DEFAULT_TOKEN : "(the one you gave)"}\n`,
  );
  const stop = () => {
    // A second Ctrl-C ends the process the default way, in case closing hangs.
    process.removeAllListeners("SIGINT");
    process.removeAllListeners("SIGTERM");
    void gateway.close().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
};

await main();
