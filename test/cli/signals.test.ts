import { describe, expect, it, vi } from "vitest";
import { onOneEngine } from "../support/fixture.ts";
import { commandLine, PATIENCE } from "./cli.ts";

/** A shell that obeys by saying so, and ends with 5. */
const obeys = (signal: string) =>
  `trap "echo told; exit 5" ${signal}; echo ready; while :; do sleep 0.05; done`;
/** A process that does not obey, and its number. */
const STUBBORN = `trap "echo told" TERM INT; echo pid $$; while :; do sleep 0.05; done`;

const pidIn = (out: string) => Number(/pid (\d+)/.exec(out)?.[1]);

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

onOneEngine("holdfast lock and signals", (fixture) => {
  const cli = commandLine(() => fixture.gateway);
  const look = (name: string) => fixture.client().locks.inspect(name);

  it("each reaches the command, whose exit code counts", async () => {
    const signals = ["INT", "TERM", "HUP", "QUIT", "USR1", "USR2"];
    const ends = signals.map(async (signal) => {
      const name = fixture.name();
      const held = cli.start(["lock", name, "--", "sh", "-c", obeys(signal)]);
      await held.says("ready");
      held.child.kill(`SIG${signal}` as NodeJS.Signals);
      const { code, out } = await held.ended;
      return { signal, code, out, held: (await look(name)).held };
    });
    expect(await Promise.all(ends)).toEqual(
      signals.map((signal) => ({ signal, code: 5, out: "ready\ntold\n", held: false })),
    );
  });

  it("the second Ctrl-C kills what does not obey", async () => {
    const name = fixture.name();
    const held = cli.start(["lock", name, "--", "sh", "-c", STUBBORN]);
    await held.says("pid");
    held.child.kill("SIGINT");
    await held.says("told");
    held.child.kill("SIGINT");
    expect((await held.ended).code).toBe(137);
    expect((await look(name)).held).toBe(false);
  });

  it("the lock stays until all that the command started has ended, or the grace is over", async () => {
    const name = fixture.name();
    // The shell in front ends at once when it is told to; the one behind takes its time.
    const behind = `trap "sleep 0.6; echo tidied; exit" TERM; echo ready; while :; do sleep 0.05; done`;
    const held = cli.start(["lock", name, "--", "sh", "-c", `sh -c '${behind}'; true`]);
    await held.says("ready");
    held.child.kill("SIGTERM");
    const next = await fixture.client().locks.acquire(name);
    expect(held.out()).toContain("tidied");
    await next.release();
    expect((await held.ended).code).toBe(143);
  });

  it("ends a wait: nothing of it is left in the queue", async () => {
    const name = fixture.name();
    await fixture.client().locks.acquire(name);
    const waiting = cli.start(["lock", name, "--", "echo", "ran"]);
    await vi.waitFor(async () => expect((await look(name)).waiting).toBe(1), PATIENCE);
    waiting.child.kill("SIGTERM");
    expect(await waiting.ended).toMatchObject({ code: 143, out: "" });
    expect((await look(name)).waiting).toBe(0);
  });

  describe("when holdfast itself is killed (SIGKILL)", () => {
    it("the command is told, and is killed before the lock is free at the end of its TTL", async () => {
      const name = fixture.name();
      const held = cli.start(["lock", name, "--ttl", "3s", "--grace", "500ms", "--", "sh", "-c", STUBBORN]);
      await held.says("pid");
      const pid = pidIn(held.out());
      held.child.kill("SIGKILL");
      await held.says("told");
      await vi.waitFor(() => expect(runs(pid)).toBe(false), PATIENCE);
      expect((await look(name)).held).toBe(true);
      await (await fixture.client().locks.acquire(name)).release();
    });

    it("while it waits, nothing runs", async () => {
      const name = fixture.name();
      const lease = await fixture.client().locks.acquire(name);
      const waiting = cli.start(["lock", name, "--", "echo", "ran"]);
      await vi.waitFor(async () => expect((await look(name)).waiting).toBe(1), PATIENCE);
      waiting.child.kill("SIGKILL");
      expect((await waiting.ended).out).toBe("");
      await lease.release();
    });
  });

  it.skipIf(process.platform !== "linux")("Ctrl-C at a terminal reaches the command once", async () => {
    const name = fixture.name();
    // Not a shell: it would take two that come close together for one.
    const counts = `
      let n = 0;
      process.on("SIGINT", () => n++ === 0 && setTimeout(() => { console.log("end " + n); process.exit(); }, 500));
      setInterval(() => {}, 1000);
      console.log("ready");`;
    const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
    // script(1) runs its command at a terminal of its own, and passes on the keys.
    const held = cli.start(["lock", name, "--", process.execPath, "-e", counts], {
      through: (words) => ["script", "-qec", `exec ${words.map(quoted).join(" ")}`, "/dev/null"],
    });
    await held.says("ready");
    held.child.stdin?.write("\u0003");
    expect(await held.ended).toMatchObject({ code: 0, out: expect.stringContaining("end 1") });
  });
});
