import type { Clock } from "@holdfast/core";

/**
 * Gives the token that requests carry. `refresh`: the service has just refused the last one, or it is about to end, so
 * one out of a cache will not do.
 */
export type GetToken = (options: { readonly refresh: boolean }) => string | Promise<string>;

/** The token of one client. */
export interface Tokens {
  /** The latest one, if there is one that may still do. */
  readonly current: string | undefined;
  /** Rejects with what the provider threw. */
  get(): Promise<string>;
  /** The service refused this one. @returns whether another may be had. */
  refuse(token: string): boolean;
}

/** What a bearer token is made of (RFC 6750 §2.1), and what some services make of it. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
}

export function fixedToken(token: string): Tokens {
  return { current: token, get: async () => token, refuse: () => false };
}

/** A token is fetched anew this long before it ends, or at the last quarter of its time if that is later. */
const EARLY_MS = 30_000;

/** Asks the provider once for all requests that need a token, again before its token ends, and after `timeoutMs` of silence. */
export function providedToken(getToken: GetToken, clock: Clock, timeoutMs: number): Tokens {
  let token: string | undefined;
  /** By the clock on the wall; never for a token that does not say when it ends. */
  let refreshAt = Number.POSITIVE_INFINITY;
  let endsAt = Number.POSITIVE_INFINITY;
  let asking: Promise<string> | undefined;
  let askedAt = 0;

  async function ask(refresh: boolean): Promise<string> {
    const given = await getToken({ refresh });
    if (!isToken(given)) throw new TypeError("no token");
    const now = clock.wall();
    const end = expiryOf(given);
    token = given;
    // Over when it comes: it is the clock here that is wrong, and the service says when the token is.
    endsAt = end > now ? end : Number.POSITIVE_INFINITY;
    refreshAt = endsAt - Math.min(EARLY_MS, (endsAt - now) / 4);
    return given;
  }

  return {
    get current() {
      return token;
    },
    async get() {
      const now = clock.wall();
      if (token !== undefined && now < refreshAt) return token;
      // One that hangs is not waited for by all who come later.
      if (asking === undefined || clock.now() - askedAt > timeoutMs) {
        askedAt = clock.now();
        const asked = ask(token !== undefined || endsAt === 0).finally(() => {
          if (asking === asked) asking = undefined;
        });
        asking = asked;
      }
      // What is left of the old one does while no newer one can be had.
      const old = now < endsAt ? token : undefined;
      return old === undefined ? asking : asking.catch(() => old);
    },
    refuse(refused) {
      if (refused === token) {
        token = undefined;
        endsAt = 0;
      }
      return true;
    },
  };
}

/** When a JWT ends, in milliseconds since the epoch. Believed without a proof: it only decides when to ask for another. */
function expiryOf(token: string): number {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    if (typeof exp === "number" && Number.isFinite(exp)) return exp * 1000;
  } catch {}
  return Number.POSITIVE_INFINITY;
}
