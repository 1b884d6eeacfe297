import type { ProblemBody } from "@holdfast/protocol";

const TIMEOUT_MS = 15_000;

/** What every request carries. The key goes into a header, never into a URL: those are kept in histories and logs. */
export interface Credentials {
  readonly key: string;
  /** Whose locks the operator looks at; "" for its own. */
  readonly tenant: string;
}

/** An answer other than success, or none at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** How long the service asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

export class Api {
  readonly #headers: Record<string, string>;
  readonly #refused: (error: ApiError) => void;

  /** @param refused - Called when the key is valid no more. */
  constructor({ key, tenant }: Credentials, refused: (error: ApiError) => void) {
    this.#headers = { authorization: `Bearer ${key}` };
    if (tenant !== "") this.#headers["holdfast-tenant"] = tenant;
    this.#refused = refused;
  }

  async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return readJson<T>(await this.#fetch(path + search(query), { signal: limited(signal) }));
  }

  async send<T>(method: "POST" | "DELETE", path: string, body?: object): Promise<T> {
    const answer = await this.#fetch(path, {
      method,
      signal: limited(),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return answer.status === 204 ? (undefined as T) : readJson<T>(answer);
  }

  /** A stream of server-sent events. EventSource could not send the key. */
  async open(path: string, query: Query, lastEventId: string, signal: AbortSignal): Promise<Response> {
    return this.#fetch(path + search(query), {
      signal,
      headers: {
        accept: "text/event-stream",
        ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }),
      },
    });
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(path, {
        ...init,
        headers: { ...this.#headers, ...init.headers },
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
      });
    } catch (error) {
      if (init.signal?.aborted && init.signal.reason?.name === "AbortError") throw error;
      throw new ApiError(0, "unreachable", "The service does not answer.");
    }
    if (answer.ok) return answer;
    const error = await toError(answer);
    if (error.status === 401) this.#refused(error);
    throw error;
  }
}

/**
 * The path of a lock.
 *
 * @throws ApiError for the few names that the SDK can lock and no URL can carry.
 */
export function lockPath(name: string): string {
  if (!isAddressable(name))
    throw new ApiError(422, "invalid-argument", "A URL cannot carry this name; the SDK can.");
  return `/v1/locks/${encodeURIComponent(name)}`;
}

/** Half a surrogate pair has no UTF-8, and a dot segment is taken out of a path before it is sent. */
export function isAddressable(name: string): boolean {
  return name.isWellFormed() && name !== "." && name !== "..";
}

/** An answer that breaks off is none. */
async function readJson<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new ApiError(0, "unreachable", "The service's answer broke off.");
  }
}

function search(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

function limited(signal?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

async function toError(answer: Response): Promise<ApiError> {
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const problem = (await answer.json().catch(() => null)) as Partial<ProblemBody> | null;
  const said = problem?.detail ?? problem?.title ?? `The service answered ${answer.status}.`;
  const fields = (problem?.errors ?? []).map(({ field, detail }) => ` ${field} ${detail}.`).join("");
  return new ApiError(answer.status, problem?.code ?? "unknown", `${said}${fields}`, retryAfterMs);
}
