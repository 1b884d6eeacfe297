import type { HttpBindings } from "@hono/node-server";
import type { Engine } from "../engine/engine.ts";
import type { Executor } from "../executor.ts";
import type { Faults } from "../faults.ts";
import type { Meter } from "../meter.ts";
import type { TokenAccess } from "../options.ts";
import type { Target } from "./target.ts";
import type { Tokens } from "./tokens.ts";

/** What the routes work with. */
export interface Parts {
  engine: Engine;
  executor: Executor;
  faults: Faults;
  meter: Meter;
  tokens: Tokens;
  adminTokens: Tokens | undefined;
  maxRequestBytes: number;
  /** Aborts when the gateway closes. */
  closing: AbortSignal;
}

/** Hono's types for the gateway: Node's own request and response, and what the gate has found out. */
export interface Env {
  Bindings: HttpBindings;
  Variables: { access: TokenAccess; target: Target };
}
