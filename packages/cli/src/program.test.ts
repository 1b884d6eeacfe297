import { afterEach, describe, expect, it, vi } from "vitest";
import { run } from "./program.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What the command line says without a process of its own. */
async function say(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  for (const [stream, key] of [
    [process.stdout, "out"],
    [process.stderr, "err"],
  ] as const)
    vi.spyOn(stream, "write").mockImplementation((text) => {
      written[key] += text;
      return true;
    });
  try {
    return { code: await run(argv, "1.2.3"), ...written };
  } finally {
    vi.restoreAllMocks();
  }
}

describe("mistakes end with 64, and nothing is sent", () => {
  it.each([
    [["lock", "", "--", "true"], /name must not be empty/],
    [["lock", "x".repeat(513), "--", "true"], /512/],
    [["lock", "x"], /Put the command behind --/],
    [["lock", "x", "--"], /Put the command behind --/],
    [["lock", "x", "make", "--", "true"], /too many arguments/],
    [["lock", "x", "--shell", "--", "make", "it"], /quote it as a whole/],
    [["lock", "x", "--ttl", "5", "--", "true"], /Say the unit: 5s/],
    [["lock", "x", "--ttl", "10m!", "--", "true"], /500ms, 30s, 10m or 1h30m/],
    [["lock", "x", "--ttl", "25h", "--", "true"], /--ttl must be/],
    [["lock", "x", "--grace", "20s", "--", "true"], /--grace is at most half of --ttl, 15s/],
    [["lock", "x", "--kind", "semaphore", "--", "true"], /belong together/],
    [["lock", "x", "--permits", "2", "--", "true"], /belong together/],
    [["lock", "x", "--kind", "semaphore", "--permits", "0", "--", "true"], /whole number from 1/],
    [["lock", "x", "--kind", "spin", "--", "true"], /mutex, read, write, semaphore/],
    [["lock", "x", "--nope", "--", "true"], /unknown option '--nope'/],
    [["ls", "--", "true"], /runs nothing/],
    [["lss"], /unknown command 'lss'/],
    [["run", "--job", "x", "--schedule", "0 99 * * *", "--", "true"], /field for the hour/],
    [
      ["run", "--job", "x", "--schedule", "* * * * *", "--time-zone", "Mars/Base", "--", "true"],
      /--time-zone must be a zone/,
    ],
    [["run", "--job", "x", "--", "true"], /needs an occurrence, or a schedule/],
    [["run", "--job", "x", "--occurrence", "2199-01-01T00:00:00Z", "--", "true"], /is in the future/],
    [
      ["run", "--job", "x", "--occurrence", "1", "--at-most", "1m", "--at-least", "2m", "--", "true"],
      /--at-least .* \(at most --at-most\)/,
    ],
    [["run", "--job", "x", "--occurrence", "1", "--overlap", "maybe", "--", "true"], /skip, queue, allow/],
  ])("%j", async (args, message) => {
    vi.stubEnv("UPSTASH_REDIS_REST_URL", "http://127.0.0.1:1");
    vi.stubEnv("UPSTASH_REDIS_REST_TOKEN", "token");
    const sent = vi.spyOn(globalThis, "fetch");
    const { code, out, err } = await say(args);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toMatch(/^holdfast: /);
    expect(err).toMatch(message);
    expect(sent).not.toHaveBeenCalled();
  });
});

it("--help and --version end with 0, on the standard output", async () => {
  for (const command of [["--help"], ["help", "lock"], ["run", "--help"]])
    expect(await say(command)).toMatchObject({ code: 0, out: expect.stringContaining("Examples:"), err: "" });
  expect(await say(["--version"])).toMatchObject({ code: 0, out: "1.2.3\n" });
});

it.each(["bash", "zsh", "fish", "powershell"])("completions for %s", async (shell) => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  expect((await say(["completion", shell])).code).toBe(0);
  expect(String(log.mock.calls[0])).toMatch(/holdfast complete '?--/);
});
