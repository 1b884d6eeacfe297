import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { onEveryEngine, onOneEngine } from "../support/fixture.ts";
import { commandLine, PATIENCE } from "./cli.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

onEveryEngine("holdfast lock", (fixture) => {
  const cli = commandLine(() => fixture.gateway);
  const look = (name: string) => fixture.client().locks.inspect(name);

  it("lets two of a name run one after the other, the second with the greater fence", async () => {
    const name = fixture.name();
    const log = join(folder, `${name}.log`);
    const work = `echo start $HOLDFAST_FENCE >> ${log}; sleep 0.3; echo end >> ${log}`;
    const both = [1, 2].map(() => cli.run(["lock", name, "--shell", "--", work]));
    for (const { code, err } of await Promise.all(both)) expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = (await readFile(log, "utf8")).trim().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["start", "end", "start", "end"]);
    expect(Number(lines[2]?.split(" ")[1])).toBeGreaterThan(Number(lines[0]?.split(" ")[1]));
    expect((await look(name)).held).toBe(false);
  });

  it("has every kind: readers at once, no more than the permits", async () => {
    const name = fixture.name();
    const readers = [1, 2].map(() => cli.start(["lock", name, "--kind", "read", "--", "cat"]));
    await vi.waitFor(async () => expect((await look(name)).used).toBe(2), PATIENCE);
    expect((await cli.run(["lock", name, "--kind", "write", "-n", "--", "true"])).code).toBe(1);
    for (const { child } of readers) child.stdin?.end();
    for (const { ended } of readers) expect((await ended).code).toBe(0);

    const few = fixture.name();
    const semaphore = ["lock", few, "--kind", "semaphore", "--permits", "1"];
    const first = cli.start([...semaphore, "--", "cat"]);
    await vi.waitFor(async () => expect((await look(few)).used).toBe(1), PATIENCE);
    expect((await cli.run([...semaphore, "-n", "--", "true"])).code).toBe(1);
    first.child.stdin?.end();
    expect((await first.ended).code).toBe(0);
  });
});

onOneEngine("holdfast lock", (fixture) => {
  const cli = commandLine(() => fixture.gateway);
  const look = (name: string) => fixture.client().locks.inspect(name);

  it.each([
    ["its own", ["sh", "-c", "exit 7"], 7],
    ["0", ["true"], 0],
    ["128 + n after signal n", ["sh", "-c", "kill -KILL $$"], 137],
    ["127 when there is no such command", ["no-such-command-here"], 127],
    ["126 when it cannot be run", ["/"], 126],
  ])("keeps the exit code: %s, and gives the lock back", async (_case, command, expected) => {
    const name = fixture.name();
    expect((await cli.run(["lock", name, "--", ...command])).code).toBe(expected);
    expect((await look(name)).held).toBe(false);
  });

  it("renews while the command lives, which has our standard streams", async () => {
    const name = fixture.name();
    const held = cli.start(["lock", name, "--ttl", "2s", "--", "cat"]);
    held.child.stdin?.write("hello\n");
    await held.says("hello");
    const { lastFence } = await look(name);
    await vi.waitFor(async () => {
      const { held, holders } = await look(name);
      expect(held).toBe(true);
      expect(Date.now() - (holders[0]?.since ?? Number.NaN)).toBeGreaterThan(2600);
      expect(holders[0]?.fence).toBe(lastFence);
    }, PATIENCE);
    held.child.stdin?.end();
    expect(await held.ended).toMatchObject({ code: 0, out: "hello\n" });
  });

  it("runs the command although its lock came out of the queue", async () => {
    const name = fixture.name();
    const lease = await fixture.client().locks.acquire(name);
    const waiting = cli.start(["lock", name, "--", "echo", "mine"]);
    await vi.waitFor(async () => expect((await look(name)).waiting).toBe(1), PATIENCE);
    expect((await look(name)).waiters[0]?.metadata).toMatchObject({ pid: waiting.pid, command: "echo" });
    await lease.release();
    expect(await waiting.ended).toMatchObject({ code: 0, out: "mine\n", err: "" });
  });

  describe("a lock that others keep", () => {
    it.each([
      ["--no-wait", ["--no-wait"], 1],
      ["-n -E 42", ["-n", "-E", "42"], 42],
      ["--wait 0", ["--wait", "0"], 1],
      ["--wait 50ms", ["-w", "50ms", "--conflict-exit-code", "0"], 0],
    ])("%s", async (_case, options, expected) => {
      const name = fixture.name();
      await fixture.client().locks.acquire(name);
      const { code, out, err } = await cli.run(["lock", name, ...options, "--", "echo", "ran"]);
      expect({ code, out }).toEqual({ code: expected, out: "" });
      expect(err).toMatch(/^holdfast: the lock "name-\d+" is held by others, last granted \S+ ago\.\n$/);
    });
  });

  it("P10 tells the command name, kind and fence, and nothing that proves ownership", async () => {
    const name = fixture.name();
    const file = join(folder, `${name}.env`);
    await writeFile(file, "HOLDFAST_NAMESPACE=from-file\nA_SECRET=from-file\n");
    const { out } = await cli.run(["lock", name, "--connection", file, "--", "env"]);
    const { lastFence } = await fixture.client({ namespace: "from-file" }).locks.inspect(name);
    const ours = out.split("\n").filter((line) => /^HOLDFAST|SECRET/.test(line));
    expect(ours.sort()).toEqual([
      `HOLDFAST_FENCE=${lastFence}`,
      "HOLDFAST_KIND=mutex",
      `HOLDFAST_NAME=${name}`,
    ]);
  });
});
