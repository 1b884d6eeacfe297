import type { ContentfulStatusCode } from "hono/utils/http-status";

const TITLES = {
  "malformed-json": "The body is not JSON",
  "malformed-path": "The path is not percent-encoded UTF-8",
  unauthorized: "A valid API key is needed",
  "not-found": "There is nothing at this path",
  "method-not-allowed": "This path has other methods",
  held: "The lock is held",
  lost: "The lease is lost",
  "attempt-ended": "The lease of this attempt has ended",
  "kind-mismatch": "The name is in use as something else",
  "body-too-large": "The body is too large",
  "unsupported-media-type": "The body must be JSON",
  "invalid-argument": "A value cannot be",
  internal: "This service failed",
  unavailable: "The lock store does not answer",
  refused: "The lock store refuses",
  misconfigured: "This service is not set up",
} as const;

/** Stable: programs decide by it. The status says the same to everything between. */
export type ProblemCode = keyof typeof TITLES;

/** One value that cannot be. */
export interface FieldError {
  /** Its place, such as `ttlMs`. */
  readonly field: string;
  readonly detail: string;
}

export interface ProblemExtras {
  readonly headers?: Record<string, string>;
  /** Further members of the body (RFC 9457 §3.2). */
  readonly members?: Record<string, unknown>;
}

/** An answer other than success, as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(status: ContentfulStatusCode, code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.extras = extras;
  }

  toResponse(): Response {
    const { status, code, message: detail, extras } = this;
    const body = {
      type: `urn:holdfast:problem:${code}`,
      title: TITLES[code],
      status,
      code,
      detail,
      ...extras.members,
    };
    return new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/problem+json", ...extras.headers },
    });
  }
}

/** @returns the 422 that names every field at fault. */
export function unprocessable(errors: readonly FieldError[]): Problem {
  const detail = errors.map((error) => `${error.field}: ${error.detail}`).join(" ");
  return new Problem(422, "invalid-argument", detail, { members: { errors } });
}
