import type { Reply } from "@holdfast/core";
import * as generated from "../../packages/core/src/lock/scripts.generated.ts";

/** As much of the scripts as the leases of mutexes need, on a server whose clock runs at a rate of its own. */
export interface ModelServer {
  /** The server's true time, in milliseconds and parts of them. Scripts see whole ones. */
  time(): number;
  /** When the lease on a name ends, by the server's clock; 0 for none. */
  expiryOf(name: string): number;
  /** Runs an EVALSHA command. */
  execute(command: readonly string[]): Reply;
}

interface Held {
  readonly attempt: string;
  readonly owner: string;
  readonly fence: number;
  expiry: number;
}

const KEYS_PER_NAME = 5;
const names = new Map(
  Object.values(generated).flatMap(({ name, digest, keyLockingDigest }) => [
    [digest, name],
    [keyLockingDigest, name],
  ]),
);

/**
 * @param local - The local clock.
 * @param rate - How many milliseconds of the local clock pass in one of the server's.
 * @param start - The server's time at local time 0.
 */
export function modelServer(local: () => number, rate: number, start: number): ModelServer {
  const held = new Map<string, Held>();
  let fence = 0;
  const time = () => start + local() / rate;

  function find(key: string, attempt: string, now: number): Held | undefined {
    const lease = held.get(key);
    return lease && lease.attempt === attempt && lease.expiry > now ? lease : undefined;
  }

  return {
    time,
    expiryOf: (name) => held.get(`holdfast:{${name}}`)?.expiry ?? 0,
    execute([, digest = "", count, ...rest]) {
      const now = Math.floor(time());
      const keys = rest.slice(0, Number(count)).filter((_, i) => i % KEYS_PER_NAME === 0);
      const args = rest.slice(Number(count));
      switch (names.get(digest)) {
        case "acquire": {
          const [attempt = "", owner = "", ttl] = (args[2] ?? "").split(" ");
          const [key = ""] = keys;
          const before = held.get(key);
          if (before && before.expiry > now && before.attempt !== attempt)
            return ["held", before.expiry - now, 0, 0, now];
          if (before?.attempt === attempt && before.expiry <= now) return ["ended"];
          const lease = find(key, attempt, now) ?? {
            attempt,
            owner,
            fence: ++fence,
            expiry: now + Number(ttl),
          };
          held.set(key, lease);
          return ["granted", lease.fence, lease.expiry - now, lease.owner, now];
        }
        case "extend":
          return keys.map((key, i) => {
            const lease = find(key, args[3 * i] ?? "", now);
            if (!lease) return 0;
            lease.expiry = Math.max(lease.expiry, now + Number(args[3 * i + 2]));
            return lease.expiry - now;
          });
        case "release":
        case "take-back": {
          const attempt = (names.get(digest) === "release" ? args[0] : args[2]?.split(" ")[0]) ?? "";
          return keys.map((key) => (find(key, attempt, now) && held.delete(key) ? 1 : 0));
        }
        default:
          throw new Error(`the model has no script ${names.get(digest)}`);
      }
    },
  };
}

/** How a request travels: so long there and back, in milliseconds, unless it gets lost. */
export interface Trip {
  readonly thereMs: number;
  readonly backMs: number;
  readonly lost: "request" | "reply" | undefined;
}

/** A fetch to the model over a network with delays. */
export function slowNetwork(
  clock: { setTimeout(fn: () => void, ms: number): unknown },
  server: ModelServer,
  nextTrip: () => Trip,
): typeof fetch {
  const pass = (ms: number) => new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
  const silence = new Promise<never>(() => {});
  return async (_url, init) => {
    const { thereMs, backMs, lost } = nextTrip();
    await pass(thereMs);
    if (lost === "request") return silence;
    const result = server.execute(JSON.parse(String(init?.body)));
    await pass(backMs);
    return lost === "reply" ? silence : Response.json({ result });
  };
}
