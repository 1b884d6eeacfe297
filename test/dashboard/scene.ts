import { fileURLToPath } from "node:url";
import { createLocks, foundQuorum, type Locks, restStore } from "@holdfast/core";
import { type Cron, createCron } from "@holdfast/cron";
import { type Gateway, startGateway } from "@holdfast/gateway";
import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { startChromium } from "../support/chromium.ts";
import { type RunningWorker, startWorker } from "../support/worker.ts";

// The dashboard as people meet it: Chromium, and the deployable worker in workerd, over a real engine.

const STORE_TOKEN = "store-token";
export const OPERATOR = "operator-key-of-the-dashboard-tests";
/** For what shows by and by. */
export const SOON = { timeout: 8000 };
const SCREENSHOTS = fileURLToPath(new URL("screenshots/", import.meta.url));

export interface Scene extends AsyncDisposable {
  readonly url: string;
  /** Beside the service: the locks of a tenant by the database's own protocol, so nobody tells the service of them. */
  beside(tenant?: string): Locks;
  /** Likewise for jobs. */
  cron(host: string): Cron;
  /** Asks the service, as the operator unless told otherwise. */
  call(method: string, path: string, body?: object, key?: string): Promise<Answer>;
  /** Takes a lock, or waits for it; what is answered is a lease. */
  acquire(name: string, wish?: object): Promise<Lease>;
  /** Another service, whose locks live on three nodes. */
  overNodes(): Promise<NodesScene>;
  makeKey(...scopes: string[]): Promise<{ id: string; key: string }>;
  open(): Promise<Visit>;
}

export interface NodesScene extends AsyncDisposable {
  readonly url: string;
  readonly nodes: readonly Gateway[];
  call: Scene["call"];
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service said.
  readonly json: any;
}

export interface Lease {
  readonly name: string;
  readonly owner: string;
  readonly fence: number;
}

/** A tab of its own, and what went wrong in it. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Every request of the page. */
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[];
  /** Violations of the policy, and exceptions that nobody caught. */
  readonly faults: string[];
  /** `at`: another service than the scene's. */
  signIn(key?: string, tenant?: string, at?: string): Promise<void>;
  goto(hash: string): Promise<void>;
  /** What axe calls serious or worse, by rule and place. */
  accessibility(): Promise<string[]>;
  screenshot(name: string): Promise<void>;
  /** By how many pixels the page is wider than the window. */
  overflow(): Promise<number>;
}

export async function startScene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const gateway: Gateway = await startGateway({ port: 0, tokens: STORE_TOKEN });
  stack.defer(() => gateway.close());
  const worker: RunningWorker = await startWorker({
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: STORE_TOKEN,
    HOLDFAST_API_KEY: OPERATOR,
    HOLDFAST_LOGS: "off",
  });
  stack.defer(() => worker.stop());
  const browser = await startChromium();
  stack.defer(() => browser.close());
  // Tabs share what their browser has loaded, and not what they have stored.
  const context = await browser.newContext({ baseURL: worker.url });
  context.setDefaultTimeout(SOON.timeout);
  const call = caller(worker.url);
  const owned = stack.move();
  return {
    url: worker.url,
    beside: (tenant) =>
      createLocks({
        store: restStore({ url: gateway.url, token: STORE_TOKEN }),
        namespace: tenant === undefined ? "holdfast" : `holdfast.${tenant}`,
      }),
    cron: (host) => createCron({ store: restStore({ url: gateway.url, token: STORE_TOKEN }), host }),
    call,
    async acquire(name, wish = {}) {
      const { status, json } = await call("POST", `/v1/locks/${encodeURIComponent(name)}/acquire`, {
        ttlMs: 60_000,
        waitMs: 0,
        ...wish,
      });
      if (status !== 200) throw new Error(`${name} was not acquired: ${status} ${JSON.stringify(json)}`);
      return json.lease;
    },
    async makeKey(...scopes) {
      return (await call("POST", "/v1/keys", { label: scopes.join(" "), scopes })).json;
    },
    open: () => visit(context),
    overNodes: () => startNodes(gateway.url),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startNodes(url: string): Promise<NodesScene> {
  await using stack = new AsyncDisposableStack();
  const start = () => startGateway({ port: 0, tokens: STORE_TOKEN });
  const nodes = await Promise.all([start(), start(), start()]);
  for (const node of nodes) stack.defer(() => node.close());
  const given = nodes.map((node) => ({ url: node.url, token: STORE_TOKEN }));
  await foundQuorum(given.map(restStore));
  const worker = await startWorker({
    UPSTASH_REDIS_REST_URL: url,
    UPSTASH_REDIS_REST_TOKEN: STORE_TOKEN,
    HOLDFAST_API_KEY: OPERATOR,
    HOLDFAST_NODES: JSON.stringify(given),
  });
  stack.defer(() => worker.stop());
  const owned = stack.move();
  return {
    url: worker.url,
    nodes,
    call: caller(worker.url),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function caller(url: string): Scene["call"] {
  return async (method, path, body, key = OPERATOR) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === "" ? undefined : JSON.parse(text) };
  };
}

async function visit(context: BrowserContext): Promise<Visit> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 900 });
  const requests: Visit["requests"] = [];
  const faults: string[] = [];
  page.on("request", (request) => {
    requests.push({ url: request.url(), authorization: request.headers().authorization });
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => {
    faults.push(`a dialog of the browser: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // A page that breaks its policy is told so there.
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  return {
    page,
    requests,
    faults,
    async signIn(key = OPERATOR, tenant = "", at = "/") {
      await page.goto(at);
      await page.getByLabel("API key").fill(key);
      if (tenant !== "") {
        await page.getByText("Another tenant").click();
        await page.getByLabel("Tenant").fill(tenant);
      }
      await page.getByRole("button", { name: "Sign in" }).click();
    },
    async goto(hash) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
    },
    async accessibility() {
      await page.evaluate(axe.source);
      const results = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run({
          resultTypes: ["violations"],
          preload: false,
        }),
      );
      return results.violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    },
    async screenshot(name) {
      await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
    },
    overflow: () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    [Symbol.asyncDispose]: () => page.close(),
  };
}
