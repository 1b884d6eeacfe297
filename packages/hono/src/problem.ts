import { type FieldError, PROBLEMS, type ProblemBody, type ProblemCode } from "@holdfast/protocol";

export interface ProblemExtras {
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body (RFC 9457 §3.2). */
  readonly members?: Partial<Omit<ProblemBody, "type" | "title" | "status" | "code" | "detail">>;
}

/** An answer other than success, as `application/problem+json` (RFC 9457). Its message is told to whoever asked. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  toResponse(): Response {
    const { code, message: detail, extras } = this;
    const { status, title } = PROBLEMS[code];
    const body: ProblemBody = {
      type: `urn:holdfast:problem:${code}`,
      title,
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
  return new Problem("invalid-argument", detail, { members: { errors: [...errors] } });
}

/** @returns the 503 that only the service's operator can mend. */
export function misconfigured(detail: string): Problem {
  return new Problem("misconfigured", `This service is not set up. For its operator: ${detail}`);
}
