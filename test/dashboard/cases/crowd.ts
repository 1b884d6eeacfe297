import { expect, test } from "vitest";
import { type Scene, SOON } from "../scene.ts";

const MANY = 5000;
const AT_ONCE = 100;

/** None, and thousands. */
export function crowd(scene: () => Scene): void {
  test("a tenant without locks or jobs is told how to get one", async () => {
    await using visit = await scene().open();
    await visit.signIn(undefined, "nobody");
    await visit.page.getByText("No lock is held, and nobody waits.").waitFor();
    await visit.page.getByText("Tenant nobody").waitFor();
    expect(await visit.accessibility()).toEqual([]);
    await visit.screenshot("empty");
    await visit.goto("#/jobs");
    await visit.page.getByText("No job has run yet.").waitFor();
    await visit.page.getByText(/createCron\(.*cron\.run\(/s).waitFor();
    await visit.screenshot("jobs-empty");
  });

  test("of 5,000 locks only the rows that one sees are read", async () => {
    const locks = scene().beside("crowd");
    for (let from = 0; from < MANY; from += AT_ONCE) {
      const some = Array.from(
        { length: AT_ONCE },
        (_, index) => `job:${String(from + index).padStart(4, "0")}`,
      );
      await locks.acquireAll(some, { ttlMs: 600_000 });
    }
    await using visit = await scene().open();
    const { page, requests } = visit;
    await page.clock.install();
    const looks = () => requests.filter(({ url }) => /\/v1\/locks(\?|$|\/)/.test(url)).length;
    await visit.signIn(undefined, "crowd");
    const rows = page.locator(".row-link");
    await rows.first().waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    const first = await rows.allTextContents();
    // The service's pages are of about as many rows as were asked for.
    expect(first.length).toBeLessThanOrEqual(2 * AT_ONCE);

    // Half a minute of looking on: a look each 10 s, of one request.
    const before = looks();
    await page.clock.runFor(30_000);
    await expect.poll(looks, SOON).toBeGreaterThan(before);
    expect(looks() - before).toBeLessThanOrEqual(5);

    // A tab that nobody sees costs nothing.
    await hide(true);
    const hidden = looks();
    await page.clock.runFor(120_000);
    expect(looks()).toBe(hidden);
    await hide(false);
    await expect.poll(looks, SOON).toBe(hidden + 1);

    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText(/^Page 2:/).waitFor();
    const second = await rows.allTextContents();
    expect(second.filter((name) => first.includes(name))).toEqual([]);
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByText(/^Page 1:/).waitFor();

    await page.getByLabel("Name begins with").fill("job:12");
    await page.clock.runFor(300);
    await expect
      .poll(async () => (await rows.allTextContents()).every((name) => name.startsWith("job:12")), SOON)
      .toBe(true);
    await page.getByLabel("Name begins with").fill("");
    await page.getByLabel("and contains").fill("77");
    await page.clock.runFor(300);
    await page.getByText(/matches among/).waitFor();
    expect((await rows.allTextContents()).every((name) => name.includes("77"))).toBe(true);
    expect(visit.faults).toEqual([]);

    async function hide(hidden: boolean): Promise<void> {
      await page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { configurable: true, value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    }
  });
}
