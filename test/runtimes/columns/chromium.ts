import { chromium as playwright } from "playwright-core";
import { chromiumPath } from "../../../scripts/system-packages/chromium-path.ts";
import type { RunByName } from "../hosts/global.ts";
import { scenarios } from "../scenarios/index.ts";
import type { Column } from "./column.ts";

/** Also fit for root in a container; nothing is looked up, fetched or reported. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const chromium: Column = {
  name: "Chromium",
  lacks: {},
  missing: () => (chromiumPath() === null ? "Chromium is not installed" : undefined),
  async run({ setting, pageUrl, report, signal }) {
    const executablePath = chromiumPath();
    if (executablePath === null) throw new Error("Chromium is not installed");
    const browser = await playwright.launch({ executablePath, args: FLAGS });
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
