import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedisServer } from "@holdfast/testing/node";
import { describe, expect, it, vi } from "vitest";
import { redisServerPath } from "../../packages/testing/src/node/redis-server-path.ts";
import { onOneEngine, TOKEN } from "../support/fixture.ts";
import { commandLine, PATIENCE } from "./cli.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

onOneEngine("holdfast ls, inspect, break, history", (fixture) => {
  const cli = commandLine(() => fixture.gateway);

  it("ls: a table for people, in line, plain where it is no terminal", async () => {
    const prefix = `${fixture.name()}:`;
    const { locks } = fixture.client();
    await locks.acquire(`${prefix}mutex`, { metadata: { host: "web-1", pid: 7 } });
    await locks.semaphore(`${prefix}pool`, { permits: 4 }).acquire({ weight: 3 });
    await locks.readWrite(`${prefix}日本語`).read.acquire();
    // Names are anybody's: a terminal must not obey them.
    await locks.acquire(`${prefix}\u001b[31m\u202e`);
    const { code, out } = await cli.run(["ls", "--prefix", prefix]);
    expect(code).toBe(0);
    const shown = out
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    expect(shown).toEqual([
      ["NAME", "KIND", "STATE", "WAITING", "HELD FOR", "FREE IN", "BY"],
      [`${prefix}\\u{1b}[31m\\u{202e}`, "mutex", "held", "0", expect.any(String), expect.any(String), "-"],
      [`${prefix}mutex`, "mutex", "held", "0", expect.any(String), expect.any(String), "web-1:7"],
      [`${prefix}pool`, "semaphore", "3 of 4", "0", expect.any(String), expect.any(String), "-"],
      [`${prefix}日本語`, "readwrite", "1 reading", "0", expect.any(String), expect.any(String), "-"],
    ]);
    expect(out).not.toContain("\u001b");
  });

  it("--json has one shape, whatever is held", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const lease = await locks.acquire(name, { metadata: { job: 1 } });
    const contender = { hash: expect.stringMatching(/^[0-9a-f]{40}$/), mode: "exclusive", weight: 1 };
    const held = {
      ...{ name, kind: "mutex", held: true, capacity: 1, used: 1, waiting: 0, lastFence: lease.fence },
      holders: [
        {
          ...contender,
          fence: lease.fence,
          since: expect.stringMatching(ISO),
          expiresAt: expect.stringMatching(ISO),
          metadata: { job: 1 },
        },
      ],
      waiters: [],
    };
    const json = async (...args: string[]) => JSON.parse((await cli.run([...args, "--json"])).out);
    expect(await json("inspect", name)).toEqual(held);
    expect(await json("ls", "--prefix", name)).toEqual({ locks: [held] });
    expect(await json("inspect", `${name}-nothing`)).toEqual({
      ...{ name: `${name}-nothing`, kind: null, held: false, capacity: null, used: 0, waiting: 0 },
      ...{ lastFence: 0, holders: [], waiters: [] },
    });
    expect(await json("ls", "--prefix", `${name}-nothing`)).toEqual({ locks: [] });
  });

  it("inspect --watch looks again until it is stopped", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const watching = cli.start(["inspect", name, "--watch", "100ms", "--json"]);
    await watching.says(/"held":false.*\n/);
    const lease = await locks.acquire(name);
    await watching.says(/"held":true.*\n/);
    await lease.release();
    await watching.says(/"held":true.*\n(?:.*\n)*.*"held":false.*\n/);
    watching.child.kill("SIGINT");
    expect((await watching.ended).signal).toBe("SIGINT");
  });

  it("inspect shows who waits", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    const lease = await locks.acquire(name);
    const next = fixture.client().locks.acquire(name, { metadata: "me" });
    await vi.waitFor(async () => expect((await locks.inspect(name)).waiting).toBe(1), PATIENCE);
    const { out } = await cli.run(["inspect", name]);
    expect(out).toMatch(
      /\n\nWAITER +PLACE +MODE +WEIGHT +WAITS FOR +METADATA\n\w{10} +1 +exclusive +1 +\S+ +"me"\n/,
    );
    await lease.release();
    await (await next).release();
  });

  it("break asks for a reason and for a yes, and ends the lease", async () => {
    const name = fixture.name();
    const { locks } = fixture.client();
    await locks.acquire(name);
    expect((await cli.run(["break", name, "--yes"])).err).toContain("--reason");
    const unasked = await cli.run(["break", name, "--reason", "gone"]);
    expect(unasked).toMatchObject({ code: 64, err: "holdfast: Nobody can be asked here: say --yes.\n" });
    expect((await locks.inspect(name)).held).toBe(true);
    const broken = await cli.run(["break", name, "--reason", "gone", "-y", "--json"]);
    expect(JSON.parse(broken.out)).toEqual({ name, broken: true });
    expect((await locks.inspect(name)).held).toBe(false);
    expect((await cli.run(["break", name, "--reason", "gone", "-y"])).out).toBe(`Nobody held "${name}".\n`);
  });

  it("history: the runs of a job, and all jobs", async () => {
    const job = fixture.name();
    for (const exit of ["1", "0", "0"])
      await cli.run(["run", "--job", job, "--occurrence", "a", "--", "sh", "-c", `exit ${exit}`]);
    const { out } = await cli.run(["history", job]);
    const rows = out.split("\n").map((line) => line.split(/ {2,}/).slice(1, 4));
    expect(rows.slice(0, 4)).toEqual([
      ["OCCURRENCE", "STATE", "ATTEMPT"],
      ["a", "skipped: succeeded", "2"],
      ["a", "succeeded", "2"],
      ["a", "failed", "1"],
    ]);
    const { jobs } = JSON.parse((await cli.run(["history", "--prefix", job, "--json"])).out);
    expect(jobs).toMatchObject([{ job, overdue: false, schedule: null, latest: { occurrence: "a" } }]);
    expect(JSON.parse((await cli.run(["history", job, "--limit", "1", "--json"])).out).runs).toHaveLength(1);
  });

  describe("the connection", () => {
    /** Variables that are set and empty count as none. */
    const nothing = { UPSTASH_REDIS_REST_URL: "", UPSTASH_REDIS_REST_TOKEN: "" };

    it("none: 78, and what to set", async () => {
      const { code, err } = await cli.run(["ls"], { env: nothing });
      expect(code).toBe(78);
      expect(err).toContain("UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN");
    });

    it("a wrong token: 77; no secret is printed", async () => {
      const env = { UPSTASH_REDIS_REST_TOKEN: "wrong-secret" };
      const { code, err } = await cli.run(["ls"], { env });
      expect(code).toBe(77);
      expect(err).not.toContain("wrong-secret");
    });

    it("from a file", async () => {
      const folder = await mkdtemp(join(tmpdir(), "holdfast-cli-"));
      const file = join(folder, "env");
      const { url } = fixture.gateway;
      await writeFile(file, `UPSTASH_REDIS_REST_URL=${url}\nUPSTASH_REDIS_REST_TOKEN="${TOKEN}"\n`);
      const lock = ["lock", "x", "--connection", file, "--", "env"];
      const { code, out } = await cli.run(lock, { env: nothing });
      expect(code).toBe(0);
      expect(out).not.toContain(TOKEN);
      await rm(folder, { recursive: true });
      expect(await cli.run(lock, { env: nothing })).toMatchObject({ code: 78, out: "" });
    });

    it.skipIf(redisServerPath() === null)("redis://, by ioredis", async () => {
      await using redis = await startRedisServer();
      const env = { ...nothing, HOLDFAST_REDIS_URL: redis.url };
      expect(await cli.run(["lock", "x", "--", "echo", "ran"], { env })).toMatchObject({
        ...{ code: 0, out: "ran\n", err: "" },
      });
      expect((await cli.run(["ls"], { env })).out).toContain("mutex");
      await redis.stop();
      const { code, err } = await cli.run(["ls"], { env });
      expect(code).toBe(69);
      expect(err).toMatch(
        /^holdfast: the Redis of HOLDFAST_REDIS_URL cannot be reached \(ECONNREFUSED\)\.\n$/,
      );
    });
  });

  it("completes commands, options and their values", async () => {
    const complete = async (...words: string[]) => (await cli.run(["complete", "--", ...words])).out;
    expect(await complete("ins")).toContain("inspect\t");
    expect(await complete("lock", "--k")).toContain("--kind\t");
    expect(await complete("lock", "--kind", "")).toContain("semaphore");
  });
});
