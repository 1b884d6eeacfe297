import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string) => fileURLToPath(new URL(`packages/${name}`, import.meta.url));

/** Tests run the sources; only the checks of the built packages read `dist`. */
const workspaceSources = [
  { find: /^@holdfast\/([a-z-]+)$/, replacement: `${source("$1")}/src/index.ts` },
  { find: /^@holdfast\/([a-z-]+)\/([a-z-]+(?:\/[a-z-]+)?)$/, replacement: `${source("$1")}/src/$2/index.ts` },
];

export default defineConfig({
  test: {
    projects: [
      "apps/worker/vitest.config.ts",
      {
        resolve: { alias: workspaceSources },
        test: {
          name: "node",
          setupFiles: ["test/support/property-seed.ts"],
          include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
          testTimeout: 20_000,
          // Real servers and real time on a machine that others may use as well. The report names what took a second try.
          retry: process.env.CI ? 1 : 0,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
