import { Redis } from "@upstash/redis";
import { Redis as CloudflareRedis } from "@upstash/redis/cloudflare";
import { Redis as FastlyRedis } from "@upstash/redis/fastly";
import { expect, test, vi } from "vitest";
import { upstashStore } from "./index.ts";

const config = { url: "http://127.0.0.1:1", token: "token" };

test.each([
  undefined,
  null,
  "https://db.upstash.io",
  { url: "https://db.upstash.io", token: "token" },
  { eval: () => {}, evalsha: () => {}, sendCommand: () => {}, status: "end" },
  new Redis(config).pipeline(),
])("%s is no client, and the error names the cure", (foreign) => {
  expect(() => upstashStore(foreign as never)).toThrow(
    expect.objectContaining({
      code: "invalid-argument",
      message: expect.stringContaining("new Redis({ url, token })"),
    }),
  );
});

test("a client that was made without a URL is refused before it sends anything", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    expect(() => upstashStore(new Redis({ ...config, url: undefined }))).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining("without a url"),
      }),
    );
  } finally {
    warn.mockRestore();
  }
});

test.each([
  { timeoutMs: 0 },
  { timeoutMs: 1.5 },
  { timeoutMs: "5" },
  { timeoutMs: 2 ** 31 },
  { timeout: 1000 },
  { retry: { attempts: 1 } },
  { retry: { retries: -1 } },
  { retry: { maxDelayMs: Number.NaN } },
])("P12 option %j fails at once", (options) => {
  expect(() => upstashStore(new Redis(config), options as never)).toThrow(
    expect.objectContaining({ code: "invalid-argument" }),
  );
});

test("clients of every entry point are taken", () => {
  upstashStore(new Redis(config));
  upstashStore(new CloudflareRedis(config));
  upstashStore(new FastlyRedis({ ...config, backend: "db" }));
  upstashStore(new Redis({ request: async () => ({ result: "PONG" as never }) }));
});
