import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { chromiumPath } from "../../scripts/system-packages/chromium-path.ts";
import { KEY, type RunningService, startService } from "../client/service.ts";
import { startChromium } from "../support/chromium.ts";
import type { Tab } from "./pages/tab.ts";
import { type Site, startSite } from "./site.ts";

// @holdfast/client in Chromium, from the pages of one origin to a lock service of another.

declare const tab: Tab;

/** A second on a machine that has nothing else to do. */
const SOON_MS = 5000;
const PATIENCE = { timeout: 10_000, interval: 20 };

// `npm test` installs Chromium or says that these checks cannot run; in CI a missing one fails here.
describe.skipIf(chromiumPath() === null && !process.env.CI)(
  "the client in a browser",
  { timeout: 30_000 },
  () => {
    let site: Site;
    let service: RunningService;
    let browser: Browser;
    let context: BrowserContext;
    let name = "";

    beforeAll(async () => {
      site = await startSite();
      service = await startService({ allowedOrigins: [site.url] });
      browser = await startChromium({ backForwardCache: true });
    });
    beforeEach(async () => {
      name = service.name();
      context = await browser.newContext();
    });
    afterEach(() => context.close());
    afterAll(async () => {
      await browser?.close();
      await service?.[Symbol.asyncDispose]();
      await site?.stop();
    });

    async function open(page: string, more: Record<string, string> = {}): Promise<Page> {
      const opened = await context.newPage();
      await opened.goto(
        `${site.url}/${page}.html?${new URLSearchParams({ service: service.url, key: KEY, ...more })}`,
      );
      return opened;
    }
    const openTab = async (more?: Record<string, string>) => {
      const page = await open("tab", more);
      await page.waitForFunction(() => "tab" in globalThis);
      return page;
    };
    const take = (page: Page, name: string, options: object = {}) =>
      page.evaluate(([name, options]) => tab.take(name, options), [name, options] as const);
    const want = (page: Page, name: string) => page.evaluate((name) => tab.want(name), name);
    const state = (page: Page, name: string) => page.evaluate((name) => tab.state(name), name);
    const found = async (name: string) => {
      const { held, waiting } = await service.beside.inspect(name);
      return { held, waiting };
    };
    const until = (
      name: string,
      expected: { held?: boolean; waiting?: number },
      timeout = PATIENCE.timeout,
    ) => vi.waitFor(async () => expect(await found(name)).toMatchObject(expected), { timeout, interval: 10 });

    it("two tabs compete: the second is let in when the first is done", async () => {
      const [first, second] = [await openTab(), await openTab()];
      const fence = await take(first, name);
      await want(second, name);
      await until(name, { waiting: 1 });
      expect(await state(second, name)).toBe("waiting");
      expect(await first.evaluate((name) => tab.release(name), name)).toBe("released");
      await vi.waitFor(async () => expect(await state(second, name)).toBe("true"), PATIENCE);
      expect(await take(first, `${name}-2`)).toBeGreaterThan(0);
      expect((await service.beside.inspect(name)).lastFence).toBeGreaterThan(fence);
    });

    it("a page that is left frees what it holds and leaves every queue, at once", async () => {
      const page = await openTab();
      const queue = `${name}-queue`;
      await using _held = await service.beside.acquire(queue, { ttlMs: 60_000 });
      await take(page, name);
      await want(page, queue);
      await until(queue, { waiting: 1 });
      const left = page.goto("about:blank");
      await Promise.all([until(name, { held: false }, SOON_MS), until(queue, { waiting: 0 }, SOON_MS)]);
      await left;
    });

    it("a tab that is closed does, too; one that hands its leases over keeps them", async () => {
      const [page, keeps] = [await openTab(), await openTab({ keep: "1" })];
      const kept = `${name}-kept`;
      await take(page, name);
      await take(keeps, kept);
      await Promise.all([page.close({ runBeforeUnload: true }), keeps.close({ runBeforeUnload: true })]);
      await until(name, { held: false }, SOON_MS);
      expect(await found(kept)).toMatchObject({ held: true });
    });

    it("a page that comes back out of the back/forward cache knows that its lease is lost, and waits anew", async () => {
      const page = await openTab();
      const queue = `${name}-queue`;
      const held = await service.beside.acquire(queue, { ttlMs: 60_000 });
      await take(page, name);
      await want(page, queue);
      await until(queue, { waiting: 1 });
      await page.goto(`${site.url}/elsewhere.html`);
      await until(name, { held: false }, SOON_MS);
      await until(queue, { waiting: 0 }, SOON_MS);
      const next = await service.beside.acquire(name);
      await page.evaluate(() => history.back());
      const reported = (name: string, state: string) =>
        vi.waitFor(() => expect(site.reported[name]).toBe(state), PATIENCE);
      await reported(name, "lost: taken");
      expect(await next.release()).toBe("released");
      await until(queue, { waiting: 1 });
      await held.release();
      await reported(queue, "true");
    });

    it("a worker that is terminated frees what it holds and leaves every queue", async () => {
      const page = await openTab();
      const queue = `${name}-queue`;
      await using _held = await service.beside.acquire(queue, { ttlMs: 60_000 });
      await page.evaluate(([name, queue]) => tab.startWorker(name, queue), [name, queue] as const);
      expect([await found(name), await found(queue)]).toMatchObject([{ held: true }, { waiting: 1 }]);
      await page.evaluate(() => tab.terminate());
      await Promise.all([until(name, { held: false }, SOON_MS), until(queue, { waiting: 0 }, SOON_MS)]);
    });

    it("the worker of a tab that is closed frees what it holds", async () => {
      const page = await openTab();
      await page.evaluate((name) => tab.startWorker(name), name);
      await page.close({ runBeforeUnload: true });
      await until(name, { held: false }, SOON_MS);
    });

    describe("useLock", () => {
      const lock = (page: Page) => page.textContent("#lock");
      const shows = (page: Page, text: string | RegExp) =>
        vi.waitFor(async () => expect(await lock(page)).toMatch(text), PATIENCE);

      it("shows the place in the queue as it falls, then the lease, and asks once in StrictMode", async () => {
        const ahead = [0, 1].map(() => service.client().client);
        const first = await service.beside.acquire(name, { ttlMs: 60_000 });
        const turns = [];
        for (const [i, client] of ahead.entries()) {
          turns.push(client.acquire(name, { waitMs: 60_000, ttlMs: 60_000 }));
          await until(name, { waiting: i + 1 });
        }
        const asked: string[] = [];
        context.on("request", (request) => request.url().endsWith("/acquire") && asked.push(request.url()));
        const page = await open("react", { name });
        await shows(page, `${name} waiting 3`);
        expect(asked.length).toBe(1);
        await first.release();
        await shows(page, `${name} waiting 2`);
        await (await turns[0])?.release();
        await shows(page, `${name} waiting 1`);
        await (await turns[1])?.release();
        await shows(page, new RegExp(`^${name} held [0-9]+$`));
        expect(await found(name)).toEqual({ held: true, waiting: 0 });
      });

      it("releases with the button, with another name and with the component", async () => {
        const page = await open("react", { name });
        await shows(page, `${name} held`);
        await page.click("#release");
        await shows(page, `${name} idle`);
        await until(name, { held: false });
        await page.click("#retry");
        await shows(page, `${name} held`);
        await page.click("#other");
        await shows(page, `${name}-other held`);
        await until(name, { held: false });
        await page.click("#unmount");
        await until(`${name}-other`, { held: false });
      });

      it("says that the lock was broken, or lost with the network, and gets it again", async () => {
        const page = await open("react", { name, ttl: "1500" });
        await shows(page, `${name} held`);
        expect(await service.beside.forceRelease(name)).toBe(true);
        await shows(page, `${name} lost taken`);
        await page.click("#retry");
        await shows(page, `${name} held`);
        await context.setOffline(true);
        await shows(page, `${name} lost expired`);
        await page.click("#retry");
        await shows(page, `${name} failed unavailable`);
        await context.setOffline(false);
        await page.click("#retry");
        await shows(page, `${name} held`);
      });
    });
  },
);
