import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineProject } from "vitest/config";
import { API_KEY, STORE_TOKEN } from "./test/credentials.ts";

const packages = new URL("../../packages", import.meta.url).pathname;

/** The worker's tests run inside workerd; the store behind it is a gateway on Node. */
export default defineProject({
  resolve: {
    alias: [
      { find: /^@holdfast\/([a-z-]+)$/, replacement: `${packages}/$1/src/index.ts` },
      { find: /^@holdfast\/([a-z-]+)\/([a-z-]+)$/, replacement: `${packages}/$1/src/$2/index.ts` },
    ],
  },
  plugins: [
    cloudflareTest(({ inject }) => ({
      wrangler: { configPath: "./wrangler.jsonc" },
      miniflare: {
        bindings: {
          UPSTASH_REDIS_REST_URL: inject("gatewayUrl"),
          UPSTASH_REDIS_REST_TOKEN: STORE_TOKEN,
          HOLDFAST_API_KEY: API_KEY,
          HOLDFAST_LOGS: "off",
        },
      },
    })),
  ],
  test: {
    name: "worker",
    include: ["test/**/*.test.ts"],
    globalSetup: ["./test/global-setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    isolate: false,
  },
});
