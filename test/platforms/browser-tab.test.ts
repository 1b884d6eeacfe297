import { createLocks, type Locks, restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { chromiumPath } from "../../scripts/system-packages/chromium-path.ts";
import { startChromium } from "../support/chromium.ts";
import type { Serving } from "../support/serve.ts";
import { type RunningWorker, startWorker } from "../support/worker.ts";
import { example } from "./app-process.ts";
import { ISSUER, startSite } from "./site.ts";

// examples/browser-tab as it was built, in Chromium, over the lock service in workerd.

const TOKEN = "test-token";
const SECRET = "what-the-site-signs-its-tokens-with";
const PATIENCE = { timeout: 10_000 };

// `npm test` installs Chromium or says that these checks cannot run; in CI a missing one fails here.
describe.skipIf(chromiumPath() === null && !process.env.CI)("a browser tab", { timeout: 30_000 }, () => {
  let gateway: Gateway;
  let worker: RunningWorker;
  let site: Serving;
  let browser: Browser;
  let locks: Locks;
  let documents = 0;
  let name = "";

  beforeAll(async () => {
    gateway = await startGateway({ port: 0, tokens: TOKEN });
    const folder = `${example("browser-tab")}/dist`;
    site = await startSite({ folder, serviceUrl: () => worker.url, secret: SECRET });
    worker = await startWorker({
      UPSTASH_REDIS_REST_URL: gateway.url,
      UPSTASH_REDIS_REST_TOKEN: TOKEN,
      HOLDFAST_API_KEY: "test-api-key",
      HOLDFAST_JWT: JSON.stringify([ISSUER]),
      HOLDFAST_JWT_SECRET: SECRET,
      HOLDFAST_ALLOWED_ORIGINS: site.url,
      HOLDFAST_LOGS: "off",
    });
    browser = await startChromium();
    locks = createLocks({ store: restStore({ url: gateway.url, token: TOKEN }) });
  });
  beforeEach(() => {
    name = `document:${++documents}`;
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await worker?.stop();
    await gateway?.close();
  });

  /** A tab of a browser of its own, whose clock can be set forward. */
  async function tab(): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.clock.install();
    await page.goto(`${site.url}?document=${documents}`);
    return page;
  }
  const edit = (page: Page) => page.click("#edit");
  const shows = (page: Page, state: string) => page.waitForSelector(`#state:text-is("${state}")`);
  const untilWaiting = (waiting: number) =>
    vi.waitFor(
      async () => expect(await locks.inspect(name)).toMatchObject({ held: true, waiting }),
      PATIENCE,
    );

  it("edits alone; the next one is let in when it is done", async () => {
    const [first, second] = [await tab(), await tab()];
    await edit(first);
    await shows(first, "yours");
    await edit(second);
    await untilWaiting(1);
    expect(await second.isDisabled("#text")).toBe(true);
    await first.click("#done");
    await shows(second, "yours");
    await shows(first, "free");
    expect(await second.isEnabled("#text")).toBe(true);
  });

  it("gives back when it is left", async () => {
    const [first, second] = [await tab(), await tab()];
    await edit(first);
    await shows(first, "yours");
    await edit(second);
    await untilWaiting(1);
    await first.goto("about:blank");
    await shows(second, "yours");
  });

  it("leaves the queue when it is closed while it waits", async () => {
    const [first, second, third] = [await tab(), await tab(), await tab()];
    await edit(first);
    await shows(first, "yours");
    await edit(second);
    await untilWaiting(1);
    await edit(third);
    await untilWaiting(2);
    await second.close({ runBeforeUnload: true });
    await untilWaiting(1);
    await first.click("#done");
    await shows(third, "yours");
  });

  it("keeps its lock for longer than one TTL", async () => {
    const page = await tab();
    await edit(page);
    await shows(page, "yours");
    const untilMs = async () => (await locks.inspect(name)).holders[0]?.expiresAt ?? 0;
    await vi.waitFor(async () => expect(await untilMs()).toBeGreaterThan(Date.now() + 100_000), PATIENCE);
    const before = await untilMs();
    await page.clock.fastForward(60_000);
    await vi.waitFor(async () => expect(await untilMs()).toBeGreaterThan(before), PATIENCE);
    await shows(page, "yours");
  });

  it("shows that the lock was taken away", async () => {
    const page = await tab();
    await edit(page);
    await shows(page, "yours");
    await locks.forceRelease(name);
    await page.clock.fastForward(60_000);
    await shows(page, "lost");
    expect(await page.isDisabled("#text")).toBe(true);
  });

  it("shows after a sleep without a network that the lock may be somebody else's", async () => {
    const page = await tab();
    await edit(page);
    await shows(page, "yours");
    await page.context().setOffline(true);
    await page.clock.fastForward(200_000);
    await shows(page, "lost");
  });
});
