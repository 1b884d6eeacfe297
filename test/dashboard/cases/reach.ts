import { expect, test } from "vitest";
import { OPERATOR, type Scene, SOON } from "../scene.ts";

const VIEWS = ["#/", "#/locks/look%3A1", "#/overview", "#/keys", "#/audit"];
const SIZES = [
  [1600, "light"],
  [1600, "dark"],
  [400, "light"],
  [400, "dark"],
] as const;

/** For everybody: by keyboard, on small and large screens, in light and dark, with a screen reader. */
export function reach(scene: () => Scene): void {
  test("all of it works by keyboard", async () => {
    await scene().acquire("keyboard:1");
    await using visit = await scene().open();
    const { page } = visit;
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    const tabTo = async (text: string | RegExp) => {
      for (let steps = 0; steps < 60; steps++) {
        await page.keyboard.press("Tab");
        const at = await focused();
        if (typeof text === "string" ? at === text : text.test(at)) return;
      }
      throw new Error(`The Tab key does not lead to ${text}`);
    };
    await page.goto("/");
    await page.keyboard.type(OPERATOR);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Locks" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await page.keyboard.press("Tab");
    await page.keyboard.type("keyboard:");
    await page.getByText("1 lock in use.").waitFor();
    await tabTo("keyboard:1");
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement as Element, "::after").outlineStyle,
    );
    expect(outline).toBe("solid");
    await page.keyboard.press("Enter");
    await page.locator(".state[data-held=true]").waitFor();

    await tabTo(/^Force release/);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    const inside = () => page.evaluate(() => document.activeElement?.closest("dialog") !== null);
    expect(await inside()).toBe(true);
    for (let steps = 0; steps < 3; steps++) {
      await page.keyboard.press("Tab");
      // The browser's own bar comes between the last and the first: then nothing of the page has the focus.
      expect((await inside()) || (await page.evaluate(() => document.activeElement === document.body))).toBe(
        true,
      );
    }
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(focused, SOON).toMatch(/^Force release/);
    expect(visit.faults).toEqual([]);
  });

  test("no view is wider than its window, and axe finds no serious fault, from 400 to 1600 px in light and dark", {
    timeout: 60_000,
  }, async () => {
    await scene().acquire("look:1", { metadata: { host: "worker-1", job: 42 } });
    const waiting = scene().beside().acquire("look:1", { waitMs: 60_000, metadata: "next" });
    waiting.catch(() => {});
    await using visit = await scene().open();
    const { page } = visit;
    // Colours that change slowly would be judged half way.
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto("/");
    await each("sign-in");
    await visit.signIn();
    for (const view of VIEWS) {
      await visit.goto(view);
      await page.locator("table, .facts, .empty").first().waitFor();
      await page.locator(".loading").waitFor({ state: "detached" });
      await each(view.replaceAll(/[#/]|%3A1/g, "") || "locks-table");
    }
    await visit.goto("#/locks/look%3A1");
    await page.getByRole("button", { name: "Force release" }).click();
    await each("dialog");
    await page.getByRole("button", { name: "Break the lock" }).click();
    await waiting;
    expect(visit.faults).toEqual([]);

    async function each(view: string): Promise<void> {
      for (const [width, colorScheme] of SIZES) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        expect(await visit.overflow(), `${view} at ${width} px`).toBe(0);
        // Colours do not depend on the width, nor the layout on colours.
        if ((width === 400) === (colorScheme === "dark"))
          expect(await visit.accessibility(), `${view} at ${width} px, ${colorScheme}`).toEqual([]);
        await visit.screenshot(`${view}-${width}-${colorScheme}`);
      }
    }
  });

  test("nothing moves by itself for those who asked for less motion", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await visit.signIn();
    const live = page.getByText("Live", { exact: true });
    await live.waitFor();
    expect(await live.evaluate((element) => getComputedStyle(element, "::before").animationName)).toBe(
      "none",
    );
    const bar = page.locator(".bar-fill").first();
    expect(await bar.evaluate((element) => getComputedStyle(element).transitionProperty)).toBe("none");
  });

  test("/docs shows every operation, from files of this site", async () => {
    await using visit = await scene().open();
    const { page, requests } = visit;
    await page.goto("/docs");
    await page.locator(".opblock").first().waitFor({ timeout: 15_000 });
    const { json } = await scene().call("GET", "/openapi.json");
    const operations = Object.values<object>(json.paths).flatMap((path) =>
      Object.keys(path).filter((key) => ["get", "post", "put", "delete", "patch"].includes(key)),
    );
    expect(await page.locator(".opblock").count()).toBe(operations.length);
    await page.locator(".opblock-summary").first().click();
    await page.locator(".opblock-body").first().waitFor();
    for (const { url } of requests)
      expect(url.startsWith(scene().url) || url.startsWith("data:"), url).toBe(true);
    expect(visit.faults).toEqual([]);
    await visit.screenshot("docs");
  });
}
