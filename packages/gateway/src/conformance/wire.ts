/** An answer as it came over the wire, and its body as JSON (undefined where there is none). */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

/** A request as `fetch` takes it; the method is POST where a body is given. */
export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as it is when a string or bytes, else as JSON. */
  body?: unknown;
  signal?: AbortSignal;
}

const BASE64 = { "Upstash-Encoding": "base64" };

/** Speaks the REST protocol with `fetch` alone, so that nothing hides what is really sent and answered. */
export class Wire {
  readonly url: string;
  readonly #token: string | undefined;

  constructor(url: string, token: string | undefined) {
    this.url = url;
    this.#token = token;
  }

  /** The same gateway with another token, or none. */
  as(token: string | undefined): Wire {
    return new Wire(this.url, token);
  }

  /** The response before its body is read, for streams. */
  fetch(path: string, { method, headers, body, signal }: Ask = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: payload(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async ask(path: string, ask: Ask = {}): Promise<Answer> {
    const response = await this.fetch(path, ask);
    const text = await response.text();
    const json: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, text, json };
  }

  /** `POST /` with one command. */
  run(...command: unknown[]): Promise<Answer> {
    return this.ask("/", { body: command });
  }

  /** `POST /` with one command, strings answered in base64. */
  run64(...command: unknown[]): Promise<Answer> {
    return this.ask("/", { body: command, headers: BASE64 });
  }

  pipeline(commands: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask("/pipeline", { body: commands, headers });
  }

  multiExec(commands: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask("/multi-exec", { body: commands, headers });
  }
}

const payload = (body: unknown): BodyInit =>
  typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
