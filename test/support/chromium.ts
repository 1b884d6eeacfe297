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

export interface ChromiumOptions {
  /** Keeps pages that are left, as browsers of people do. Default false. */
  readonly backForwardCache?: boolean;
}

/** The Chromium of this machine, without a window. */
export async function startChromium({ backForwardCache = false }: ChromiumOptions = {}): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error("Chromium is not installed");
  // Playwright turns it off by this flag of its own.
  const ignoreDefaultArgs = backForwardCache ? ["--disable-back-forward-cache"] : [];
  return chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs });
}
