/** What a token may do. */
export type TokenAccess = "full" | "read-only";

/** A named token: the name is for people, the token is what requests carry. */
export interface GatewayToken {
  name: string;
  token: string;
  access: TokenAccess;
}

/** Options of {@link startGateway}. */
export interface GatewayOptions {
  /** TCP port; 0 takes any free one. Default 8079. */
  port?: number;
  /** Interface to listen on. Default "127.0.0.1". */
  host?: string;
  /** Who may send commands; a string is one token with full access. Default "local-token". */
  tokens?: string | readonly GatewayToken[];
  /** A Redis or Valkey 7 or newer to stand in front of, `redis://` or `rediss://`. Default: an embedded Valkey in a child process. */
  redisUrl?: string;
  /** Opens `/admin/*` (meter, faults) to requests with this bearer token. Default: closed. */
  adminToken?: string;
  /** Allows faults to be injected, in code and, with an `adminToken`, over HTTP. Default false. */
  faults?: boolean;
  /** Constant network delay in milliseconds each way, half a round trip; needs `faults: true`. Default 0. */
  latencyMs?: number;
  /** Largest request body in bytes. Default 1,048,576. */
  maxRequestBytes?: number;
  /**
   * Milliseconds a command may wait for the engine before the request fails with 503; an embedded engine that then
   * answers nothing is replaced by a new, empty one. Default 10,000.
   */
  engineTimeoutMs?: number;
}

/** Options with every default in place. */
export interface Settings {
  port: number;
  host: string;
  tokens: readonly GatewayToken[];
  redisUrl: string | undefined;
  adminToken: string | undefined;
  faults: boolean;
  latencyMs: number;
  maxRequestBytes: number;
  engineTimeoutMs: number;
}

export const DEFAULT_PORT = 8079;
export const DEFAULT_TOKEN = "local-token";

const check = (holds: boolean, message: string): void => {
  if (!holds) throw new TypeError(message);
};

const tokenList = (tokens: GatewayOptions["tokens"]): readonly GatewayToken[] => {
  if (tokens === undefined || typeof tokens === "string") {
    return [{ name: "default", token: tokens ?? DEFAULT_TOKEN, access: "full" }];
  }
  return tokens;
};

/** Fills in defaults and refuses what could only fail later. @throws TypeError that names the option. */
export const parseOptions = (options: GatewayOptions): Settings => {
  const settings: Settings = {
    port: options.port ?? DEFAULT_PORT,
    host: options.host ?? "127.0.0.1",
    tokens: tokenList(options.tokens),
    redisUrl: options.redisUrl,
    adminToken: options.adminToken,
    faults: options.faults ?? false,
    latencyMs: options.latencyMs ?? 0,
    maxRequestBytes: options.maxRequestBytes ?? 1_048_576,
    engineTimeoutMs: options.engineTimeoutMs ?? 10_000,
  };
  const { port, tokens, redisUrl, adminToken } = settings;
  check(Number.isInteger(port) && port >= 0 && port <= 65_535, "port: a whole number from 0 to 65535");
  check(tokens.length > 0, "tokens: at least one token");
  check(
    tokens.every(({ token }) => typeof token === "string" && token !== ""),
    "tokens: a token may not be empty",
  );
  check(
    new Set(tokens.map(({ token }) => token)).size === tokens.length,
    "tokens: the same token is given twice",
  );
  check(
    tokens.every(({ access }) => access === "full" || access === "read-only"),
    'tokens: access is "full" or "read-only"',
  );
  check(adminToken !== "", "adminToken: may not be empty");
  check(
    !tokens.some(({ token }) => token === adminToken),
    "adminToken: must differ from the tokens of clients",
  );
  check(
    redisUrl === undefined || /^rediss?:\/\//.test(redisUrl),
    "redisUrl: starts with redis:// or rediss://",
  );
  check(
    settings.latencyMs >= 0 && Number.isFinite(settings.latencyMs),
    "latencyMs: zero or more milliseconds",
  );
  check(settings.latencyMs === 0 || settings.faults, "latencyMs: needs faults: true");
  check(settings.maxRequestBytes > 0, "maxRequestBytes: more than 0");
  check(settings.engineTimeoutMs > 0, "engineTimeoutMs: more than 0");
  return settings;
};
