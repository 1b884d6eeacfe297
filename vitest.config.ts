import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string) => fileURLToPath(new URL(`packages/${name}`, import.meta.url));

/** Tests run the sources; only the checks of the built packages read `dist`. */
const workspaceSources = [
  { find: /^@holdfast\/([a-z-]+)$/, replacement: `${source("$1")}/src/index.ts` },
  { find: /^@holdfast\/([a-z-]+)\/([a-z-]+(?:\/[a-z-]+)?)$/, replacement: `${source("$1")}/src/$2/index.ts` },
];

/** Files that hold nothing to a time: two of them run at once. All others run one by one, on a machine that is theirs. */
const UNTIMED = [
  "packages/{cli,client,core,cron,dashboard,hono,protocol,testing,upstash}/src/**/*.test.ts",
  "packages/gateway/src/conformance/*.test.ts",
  "packages/redis/src/{acks,client,cluster,cluster-contract,options,refusals,store-contract,tls}.test.ts",
  "test/redis/embedded-valkey.test.ts",
  "test/replication/acks.test.ts",
  "test/{browser,cli,client,compat,costs,cron,dashboard,docs,fenced-writes}/**/*.test.ts",
  "test/{idempotency,platforms,properties,public-surface,service,simulation,web-locks}/**/*.test.ts",
  "test/quorum/**/*.test.ts",
  "test/*.test.ts",
];
const ALL = ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"];

const shared = {
  setupFiles: ["test/support/property-seed.ts"],
  testTimeout: 20_000,
  // Real servers and real time on a machine that others may use as well. The report names what took a second try.
  retry: process.env.CI ? 1 : 0,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    projects: [
      "apps/worker/vitest.config.ts",
      {
        resolve: { alias: workspaceSources },
        test: {
          ...shared,
          name: "untimed",
          include: UNTIMED,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve: { alias: workspaceSources },
        test: {
          ...shared,
          name: "timed",
          include: ALL,
          exclude: [...UNTIMED, "**/node_modules/**"],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
