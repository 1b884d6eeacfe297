import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { engines, redisServerPath } from "./index.ts";

describe.skipIf(redisServerPath() === null)("engines, with redis-server installed", () => {
  it("lists the embedded engine and the real server, which start and stop", async () => {
    const all = engines();
    expect(all.map(({ name }) => name)).toEqual(["embedded Valkey", "redis-server"]);
    const [embedded, real] = await Promise.all(all.map((engine) => engine.start()));
    expect(embedded?.redisUrl).toBeUndefined();
    expect(real?.redisUrl).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
    await Promise.all([embedded?.stop(), real?.stop()]);
  });
});

describe("engines, without redis-server", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-path-"));
    vi.stubEnv("PATH", folder);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("says what does not run", () => {
    vi.stubEnv("CI", "false");
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(engines().map(({ name }) => name)).toEqual(["embedded Valkey"]);
    expect(warn.mock.calls.flat().join()).toContain("NOT RUN");
  });

  it("fails in CI", () => {
    vi.stubEnv("CI", "true");
    expect(() => engines()).toThrow("cannot run");
  });
});
