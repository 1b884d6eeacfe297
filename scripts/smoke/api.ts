/** An answer of the service. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each check says what it expects of it
  readonly json: any;
}

const PATIENCE_MS = 40_000;

/** The service at a URL, as somebody with that key sees it. */
export class Api {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url.replace(/\/+$/, "");
    this.#key = key;
  }

  get(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }

  post(path: string, body: object): Promise<Answer> {
    return this.#ask(path, { method: "POST", body: JSON.stringify(body) });
  }

  /** Stands for nobody. */
  stranger(): Api {
    return new Api(this.#url, "smoke-test-with-a-key-that-is-wrong");
  }

  async #ask(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      ...init,
      headers: { authorization: `Bearer ${this.#key}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    return { status: response.status, text, json: parse(text) };
  }
}

function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** @throws Error with the answer, unless it has that status. */
export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  const why = answer.json.detail ?? answer.text.slice(0, 200);
  throw new Error(`HTTP ${answer.status} instead of ${status}: ${why}`);
}

/** @throws Error unless it is so. */
export function expectThat(right: boolean, otherwise: string): void {
  if (!right) throw new Error(otherwise);
}
