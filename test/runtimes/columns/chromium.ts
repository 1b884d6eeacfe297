import { chromiumPath } from "../../../scripts/system-packages/chromium-path.ts";
import { startChromium } from "../../support/chromium.ts";
import type { RunByName } from "../hosts/global.ts";
import { scenarios } from "../scenarios/index.ts";
import { type Column, withoutTcp } from "./column.ts";

export const chromium: Column = {
  name: "Chromium",
  lacks: withoutTcp("pages have no TCP"),
  missing: () => (chromiumPath() === null ? "Chromium is not installed" : undefined),
  async run({ setting, pageUrl, report, signal }) {
    const browser = await startChromium();
    const end = () => void browser.close();
    signal.addEventListener("abort", end, { once: true });
    const complaints: string[] = [];
    try {
      const page = await browser.newPage();
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => complaints.push(message.text()));
      await page.goto(pageUrl);
      await page.waitForFunction(() => "runByName" in globalThis);
      for (const { name } of scenarios) {
        const result = await page.evaluate(
          ({ name, setting }) => (globalThis as unknown as { runByName: RunByName }).runByName(name, setting),
          { name, setting },
        );
        if (result) report(result);
      }
      return browser.version();
    } catch (error) {
      throw new Error([String(error), ...complaints.slice(-10)].join("\n"));
    } finally {
      signal.removeEventListener("abort", end);
      await browser.close();
    }
  },
};
