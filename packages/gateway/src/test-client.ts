import type { Gateway } from "./index.ts";
import { type GatewayOptions, startGateway } from "./index.ts";

/** An answer as it came over the wire. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

/** A gateway of a test's own with a bare `fetch` around it, so that tests see what is really sent. */
export interface TestGateway extends Gateway {
  /** POSTs a value as JSON, or a string as it is. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  send(method: string, path: string, init?: RequestInit): Promise<Answer>;
  /** The result of one command; throws on any error. */
  result(...command: (string | number)[]): Promise<unknown>;
}

/** Resolves when the engine answers nothing any more: a script holds it. */
export const untilBusy = async (gateway: Gateway): Promise<void> => {
  const answered = (): Promise<boolean> =>
    Promise.race([
      gateway.command("PING").then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200)),
    ]);
  while (await answered());
};

const TOKEN = "test-token";
export const AUTH = { authorization: `Bearer ${TOKEN}` };

const answer = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
};

export const startTestGateway = async (options: GatewayOptions = {}): Promise<TestGateway> => {
  const gateway = await startGateway({ port: 0, tokens: TOKEN, ...options });
  const send = async (method: string, path: string, init: RequestInit = {}) =>
    answer(
      await fetch(gateway.url + path, { ...init, method, headers: { ...AUTH, ...(init.headers ?? {}) } }),
    );
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send("POST", path, { body: typeof body === "string" ? body : JSON.stringify(body), headers });
  return {
    ...gateway,
    send,
    post,
    async result(...command) {
      const { json, text } = await post("/", command);
      const { result, error } = json as { result?: unknown; error?: string };
      if (error !== undefined || result === undefined) throw new Error(error ?? text);
      return result;
    },
  };
};
