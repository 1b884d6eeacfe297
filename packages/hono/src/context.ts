import type { Store } from "@holdfast/core";
import type { Scope } from "@holdfast/protocol";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Redis } from "@upstash/redis/cloudflare";
import type { Context } from "hono";
import type { Nodes } from "./nodes/quorum.ts";
import type { CheckedOptions, LockServiceOptions } from "./options.ts";

/** What the parts of the service know of a request, and of the service itself. */

/** Who asks. */
export interface Principal {
  /** The key's id, the JWT's subject, or `operator`: what events and the audit call it. */
  readonly id: string;
  readonly via: "operator" | "key" | "jwt";
  /** None: the operator's own names. */
  readonly tenant?: string;
  readonly scopes: readonly Scope[];
  /** What the names must begin with that it may use. `[""]` is all. */
  readonly prefixes: readonly string[];
  readonly maxTtlMs?: number;
  readonly rateLimit?: { readonly requests: number; readonly windowMs: number };
  /** When the key ends, in ms since the epoch: no key that it makes lives longer. */
  readonly expiresAt?: number;
}

/** One for each content of the options, shared by requests: it holds no connection and no timer. */
export interface Service {
  readonly options: CheckedOptions;
  /** The database. Each request opens its own connections. */
  readonly store: Store;
  /** Where locks live instead, if they live on several. */
  readonly nodes: Nodes | undefined;
  /** For everything that is not a lock. Answers are text, as Redis gave them. */
  readonly redis: Redis;
  /** The namespace of the principal's locks; its keys besides locks begin with it and `:svc:`. */
  namespaceOf(principal: Principal): string;
}

export interface ServiceEnv {
  Variables: {
    service: Service;
    /** As given for this request: functions among the options may belong to it. */
    options: LockServiceOptions;
    principal: Principal;
    /** By `performance.now()`: a clock on the wall may be set. */
    arrivedAt: number;
  };
}

export type ServiceApp = OpenAPIHono<ServiceEnv>;
export type ServiceContext = Context<ServiceEnv>;

/** Lets work go on after the answer: runtimes that end a request with its answer have `waitUntil` for it. */
export function leaveTo(c: Context): (work: Promise<unknown>) => void {
  return (work) => {
    const quiet = work.catch(() => {});
    try {
      c.executionCtx.waitUntil(quiet);
    } catch {
      // Hono throws where there is no execution context: a process outlives its requests anyway.
    }
  };
}
