import type { IncomingMessage, ServerResponse } from "node:http";
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

/** One request and the place for its answer. */
export interface Call {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  target: Target;
}

/** A call that has passed the gate, and what it may do. */
export interface AdmittedCall extends Call {
  access: TokenAccess;
}

export interface Answer {
  status: number;
  body: string | Buffer;
  headers: Readonly<Record<string, string>>;
}

/** What a route gives when it has answered by itself, or cut the connection. */
export type Answered = undefined;

export const JSON_TYPE: Readonly<Record<string, string>> = { "content-type": "application/json" };

/** A header as one text. */
export const headerOf = ({ incoming }: Call, name: string): string | undefined => {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
};
