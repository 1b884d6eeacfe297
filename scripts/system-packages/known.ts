import { redisServerPath } from "../../packages/testing/src/node/redis-server-path.ts";
import { chromiumPath } from "./chromium-path.ts";

/** A program that tests need and npm does not bring. */
export interface SystemPackage {
  readonly what: string;
  /** Debian's package. */
  readonly debian: string;
  /** Where it is installed; `null` where it is not. */
  path(): string | null;
  /** What does not run without it. */
  readonly leftOut: string;
  /** How to get it on each system. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

export const KNOWN: Readonly<Record<string, SystemPackage>> = {
  "redis-server": {
    what: "redis-server",
    debian: "redis-server",
    path: redisServerPath,
    leftOut: "every test on a real redis-server is left out.\nThe same tests run on the embedded Valkey.",
    elsewhere: {
      "Debian, Ubuntu": "sudo apt-get install redis-server",
      Fedora: "sudo dnf install redis",
      Alpine: "sudo apk add redis",
      macOS: "brew install redis",
    },
  },
  chromium: {
    what: "Chromium",
    debian: "chromium",
    path: chromiumPath,
    leftOut: "no test runs in a browser.\nThe same scenarios run in every other runtime.",
    elsewhere: {
      Debian: "sudo apt-get install chromium",
      Fedora: "sudo dnf install chromium",
      Alpine: "sudo apk add chromium",
      macOS: "brew install --cask chromium",
    },
  },
};
