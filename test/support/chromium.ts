import { type Browser, chromium } from "playwright-core";
import { chromiumPath } from "../../scripts/system-packages/chromium-path.ts";

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

/** The Chromium of this machine, without a window. */
export async function startChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error("Chromium is not installed");
  return chromium.launch({ executablePath, args: FLAGS });
}
