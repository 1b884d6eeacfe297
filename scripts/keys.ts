import { env } from "node:process";
import { parseArgs } from "node:util";

// `node scripts/keys.ts create | list | revoke`: the API keys of a deployed lock service, over its own API. Needs nothing but Node.
// The operator's key comes from the environment: arguments are seen by everybody on the machine, and kept by shells.

const USAGE = `
node scripts/keys.ts create --label <text> --scope <scope>… [--prefix <text>…] [--tenant <name>]
                            [--max-ttl <time>] [--rate <requests>/<time>] [--expires-in <time>]
node scripts/keys.ts list   [--tenant <name>]
node scripts/keys.ts revoke <id>

  HOLDFAST_URL      where the service is, such as https://locks.example.com (or --url)
  HOLDFAST_API_KEY  the operator's key, or one with the scope locks:admin

  scopes   locks:acquire, locks:read, locks:admin; each stands for itself
  prefix   what the names must begin with; without one, all names
  time     500ms, 30s, 15m, 12h or 90d

create prints the key, and nothing else, on its standard output. It is shown this once.
`.trim();

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

interface KeyInfo {
  readonly id: string;
  readonly label: string;
  readonly tenant?: string;
  readonly scopes: string[];
  readonly prefixes: string[];
  readonly maxTtlMs?: number;
  readonly expiresAt?: number;
}

/** What the one who typed it can mend. */
class Mistake extends Error {}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const mine = error instanceof Mistake || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(mine ? (error as Error).message : `The service cannot be reached: ${causeOf(error)}`);
  process.exitCode = 1;
}

async function run(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const several = { type: "string", multiple: true } as const;
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      url: text,
      label: text,
      scope: several,
      prefix: several,
      tenant: text,
      "max-ttl": text,
      rate: text,
      "expires-in": text,
      help: { type: "boolean", short: "h" },
    },
  });
  const [command, id, ...rest] = positionals;
  if (values.help) return console.log(USAGE);
  const call = caller(values.url ?? env.HOLDFAST_URL, env.HOLDFAST_API_KEY, values.tenant);
  if (command === "create" && id === undefined) {
    const expiresIn = values["expires-in"];
    const made = (await call("POST", "/v1/keys", {
      label: values.label,
      scopes: values.scope,
      prefixes: values.prefix,
      maxTtlMs: values["max-ttl"] && timeOf(values["max-ttl"]),
      rateLimit: values.rate && rateOf(values.rate),
      expiresAt: expiresIn && Date.now() + timeOf(expiresIn),
    })) as KeyInfo & { key: string };
    console.error(lineOf(made));
    console.log(made.key);
  } else if (command === "list" && id === undefined) {
    const { keys } = (await call("GET", "/v1/keys")) as { keys: KeyInfo[] };
    console.log(keys.map(lineOf).join("\n") || "There are no keys.");
  } else if (command === "revoke" && id !== undefined && rest.length === 0) {
    await call("DELETE", `/v1/keys/${encodeURIComponent(id)}`);
    console.error(`${id} opens nothing any more; where it is remembered, within keyCacheMs (30 s).`);
  } else throw new Mistake(USAGE);
}

function caller(url: string | undefined, key: string | undefined, tenant: string | undefined) {
  if (!url) throw new Mistake("Set HOLDFAST_URL to where the service is.");
  if (!key) throw new Mistake("Set HOLDFAST_API_KEY to the operator's key.");
  if (!URL.canParse(url)) throw new Mistake("HOLDFAST_URL is not a URL.");
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname))
    throw new Mistake("HOLDFAST_URL must begin with https: the key would go over an open line.");
  return async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(new URL(path, url), {
      method,
      redirect: "error",
      headers: {
        authorization: `Bearer ${key.trim()}`,
        ...(body && { "content-type": "application/json" }),
        ...(tenant !== undefined && { "holdfast-tenant": tenant }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return text === "" ? undefined : JSON.parse(text);
    throw new Mistake(`${response.status}: ${detailIn(text) ?? "that is not a lock service's answer"}`);
  };
}

function detailIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { detail?: string }).detail;
  } catch {
    return undefined;
  }
}

function timeOf(text: string): number {
  const [, amount, unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined) throw new Mistake(`${text} is not a time such as 30s, 12h or 90d.`);
  return Number(amount) * (UNITS[unit] as number);
}

function rateOf(text: string): { requests: number; windowMs: number } {
  const [requests = "", window = ""] = text.split("/");
  if (!/^\d+$/.test(requests)) throw new Mistake(`${text} is not a rate such as 100/1m.`);
  return { requests: Number(requests), windowMs: timeOf(/^\d/.test(window) ? window : `1${window}`) };
}

/** Labels and prefixes are anybody's text: as JSON they move no cursor. */
function lineOf({ id, label, tenant, scopes, prefixes, maxTtlMs, expiresAt }: KeyInfo): string {
  return [
    id,
    JSON.stringify(label),
    ...(tenant === undefined ? [] : [`tenant ${tenant}`]),
    scopes.join(" "),
    prefixes.includes("") ? "all names" : prefixes.map((prefix) => `${JSON.stringify(prefix)}…`).join(" "),
    ...(maxTtlMs === undefined ? [] : [`leases to ${maxTtlMs} ms`]),
    ...(expiresAt === undefined ? [] : [`until ${new Date(expiresAt).toISOString()}`]),
  ].join("  ");
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
