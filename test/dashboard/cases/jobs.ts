import { expect, test } from "vitest";
import { type Scene, SOON } from "../scene.ts";

const HOUR = 3_600_000;
const HOSTILE = "<img src=x onerror=alert(5)>\u202egnp\n    at nightly (job.ts:1:2)";

/** Jobs, as `@holdfast/cron` writes them down beside the service. */
export function jobs(scene: () => Scene): void {
  test("jobs are listed with what became of them, and a page says it run by run", async () => {
    const release = await history(scene());
    await using visit = await scene().open();
    const { page } = visit;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await visit.signIn();
    await page.getByRole("link", { name: "Jobs", exact: true }).click();
    const row = (name: string) => page.getByRole("row").filter({ hasText: name });
    await row("jobs:nightly").getByText("succeeded", { exact: true }).waitFor();
    await row("jobs:nightly").getByRole("img", { name: "succeeded, failed, succeeded, skipped" }).waitFor();
    await row("jobs:nightly").getByText("Europe/Berlin").last().waitFor();
    await row("jobs:slow").getByText("running", { exact: true }).waitFor();
    await row("jobs:late").getByText("Overdue").waitFor();
    expect(await page.getByText("Overdue").count()).toBe(1);
    // What needs to be looked after comes first.
    expect(await page.locator(".row-link").first().textContent()).toBe("jobs:late");
    expect(await page.locator(".row-link").allTextContents()).toContain("jobs:<b>bU+202Eold</b>");
    await look("jobs", 1600, "light");
    await look("jobs", 400, "dark");

    await page.getByLabel("Job begins with").fill("jobs:n");
    await page.getByText("1 job.", { exact: true }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("h1").filter({ hasText: "jobs:nightly" }).waitFor();
    const runs = page.locator(".runs tbody tr");
    await expect.poll(() => runs.count(), SOON).toBe(4);
    expect(await page.locator(".facts").textContent()).toMatch(/Nextin \d+ (min|s)Schedule0 \* \* \* \*/);
    expect(await runs.first().textContent()).toMatch(/skipped: it had already succeeded.*second-host/);
    const failed = runs.filter({ hasText: "failed" });
    expect(await failed.textContent()).toContain("Error: <img src=x onerror=alert(5)>U+202Egnp");
    await failed.getByText("Whole error").click();
    expect(await failed.locator(".metadata").first().textContent()).toContain("\n    at nightly");
    await page.getByRole("img", { name: /^How long 3 runs took: / }).waitFor();
    await look("job", 400, "light");
    await look("job", 1600, "dark");

    // The calendar is one stop of the Tab key, and the arrow keys go through it.
    const slots = page.getByRole("group", { name: /^Runs by hours/ }).getByRole("button");
    expect(await slots.count()).toBe(2);
    expect(await slots.evaluateAll((all) => all.map((slot) => slot.getAttribute("tabindex")))).toEqual([
      "-1",
      "0",
    ]);
    await slots.last().focus();
    await page.keyboard.press("ArrowUp");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-from"));
    expect(await focused()).toBe(await slots.first().getAttribute("data-from"));
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe(await slots.last().getAttribute("data-from"));
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Runs of / }).waitFor();
    expect(await runs.count()).toBe(1);
    await page.getByRole("button", { name: "Show all 4" }).click();
    expect(await runs.count()).toBe(4);

    await page.clock.install();
    await visit.goto("#/jobs/jobs%3Aslow");
    await page.getByText("so far").waitFor();
    await release();
    await page.clock.runFor(10_000);
    await page.locator(".facts").getByText("succeeded").waitFor();
    await visit.goto(`#/jobs/${encodeURIComponent("jobs:<b>b\u202eold</b>")}`);
    await page.locator("h1").filter({ hasText: "jobs:<b>bU+202Eold</b>" }).waitFor();
    expect(await page.locator("h1 b, img:not(.brand img)").count()).toBe(0);
    await visit.goto("#/jobs/jobs%3Alate");
    await page.locator(".facts").getByText("Overdue").waitFor();
    await visit.goto("#/jobs/unheard-of");
    await page.getByText("Nothing is remembered of this job.").waitFor();
    expect(visit.faults).toEqual([]);

    async function look(view: string, width: number, colorScheme: "light" | "dark"): Promise<void> {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await visit.overflow(), `${view} at ${width} px`).toBe(0);
      if (width === 1600) expect(await visit.accessibility(), view).toEqual([]);
      await visit.screenshot(`${view}-${width}-${colorScheme}`);
    }
  });
}

/** A job that succeeded, failed once and was delivered twice; one that runs; one that is overdue; one with a
 * hostile name. @returns What ends the one that runs. */
async function history(scene: Scene): Promise<() => Promise<void>> {
  const here = scene.cron("first-host");
  const there = scene.cron("second-host");
  const second = Math.floor(Date.now() / HOUR) * HOUR;
  const first = second - 24 * HOUR;
  const nightly = { job: "jobs:nightly", schedule: "0 * * * *", timeZone: "Europe/Berlin" };
  await here.run({ ...nightly, occurrence: new Date(first) }, () => "fine");
  const again = { ...nightly, occurrence: new Date(second), throwOnFailure: false };
  await here.run({ ...again, metadata: { region: "eu" } }, () => {
    throw new Error(HOSTILE);
  });
  await there.run(again, () => "fine");
  const skipped = await there.run(again, () => "never");
  expect(skipped).toMatchObject({ outcome: "skipped", why: "succeeded" });

  const late = { job: "jobs:late", schedule: "* * * * *", throwOnFailure: false };
  await here.run({ ...late, occurrence: new Date(second) }, () => {
    throw new Error("its database is gone");
  });
  await here.run({ job: "jobs:<b>b\u202eold</b>", occurrence: "by hand" }, () => {});

  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  const slow = here.run({ job: "jobs:slow", occurrence: "1" }, async () => {
    begin();
    await over;
  });
  await began;
  return async () => {
    end();
    await slow;
  };
}
