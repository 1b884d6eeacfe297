import type { FaultRequest } from "@holdfast/gateway";
import { describe, expect, it, vi } from "vitest";
import { freePort } from "../../packages/testing/src/node/free-port.ts";
import { onOneEngine } from "../support/fixture.ts";
import { commandLine, PATIENCE } from "./cli.ts";

const LOST = 75;
const UNAVAILABLE = 69;

onOneEngine("holdfast lock and a lost lock", (fixture) => {
  const cli = commandLine(() => fixture.gateway);

  describe("a server that does not answer any more", () => {
    it.each([
      ["told to end while the lock is still held", `trap 'date +told%s%3N; exit 0' TERM`, /told(\d+)/],
      ["killed before the lock is over, if it does not obey", `trap '' TERM`, /(?:beat(\d+)\n)+$/],
    ])("P5 the command is %s", async (_what, trap, sign) => {
      const name = fixture.name();
      const work = `${trap}; echo ready; while :; do date +beat%s%3N; sleep 0.05; done`;
      const held = cli.start(["lock", name, "--ttl", "2003ms", "--", "sh", "-c", work]);
      await held.says("ready");
      // No renewal gets through from now on; whoever waits is served by the server when the lease is over.
      const renews = ({ commands }: FaultRequest) => commands.flat().some((word) => /\b2003\b/.test(word));
      fixture.gateway.faults.inject({ action: "hang", times: Number.POSITIVE_INFINITY, when: renews });
      const next = await fixture.client().locks.acquire(name);
      const { code, out, err } = await held.ended;
      expect(Number(sign.exec(out)?.[1])).toBeLessThan(next.fence / 1000);
      expect(code).toBe(LOST);
      expect(err).toContain("the lock was lost; the command ended with");
      await next.release();
    });
  });

  it("a lock that is broken: the command is told at the next renewal", async () => {
    const name = fixture.name();
    const work = `trap 'echo told; exit 3' TERM; echo ready; while :; do sleep 0.05; done`;
    const held = cli.start(["lock", name, "--ttl", "3s", "--", "sh", "-c", work]);
    await held.says("ready");
    expect(await fixture.client().locks.forceRelease(name)).toBe(true);
    const { code, out, err } = await held.ended;
    expect({ code, out }).toEqual({ code: LOST, out: "ready\ntold\n" });
    expect(err).toContain("the command ended with 3");
  });

  it("--max-hold: the command is told to end", async () => {
    const command = ["--ttl", "2s", "--max-hold", "2s", "--", "sleep", "10"];
    expect((await cli.run(["lock", fixture.name(), ...command])).code).toBe(LOST);
  });

  it("an outage that is shorter than the lease disturbs nobody", async () => {
    const name = fixture.name();
    const held = cli.start(["lock", name, "--ttl", "3s", "--", "sh", "-c", "echo ready; cat"]);
    await held.says("ready");
    fixture.gateway.faults.inject({ action: "status", status: 503, times: 4 });
    const before = fixture.gateway.faults.injected;
    await vi.waitFor(() => expect(fixture.gateway.faults.injected - before).toBe(4), PATIENCE);
    const { locks } = fixture.client();
    await vi.waitFor(async () => {
      const [holder] = (await locks.inspect(name)).holders;
      expect(holder && holder.expiresAt - holder.since).toBeGreaterThan(3500);
    }, PATIENCE);
    held.child.stdin?.end();
    expect(await held.ended).toMatchObject({ code: 0, err: "" });
  });

  it("a server that is away at the start: nothing runs", async () => {
    const env = { UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${await freePort()}` };
    const { code, out, err } = await cli.run(["lock", "x", "--", "echo", "ran"], { env });
    expect({ code, out }).toEqual({ code: UNAVAILABLE, out: "" });
    expect(err).toMatch(/^holdfast: the lock store did not answer \(4 tries\): .*ECONNREFUSED.*\n$/);
  });

  it("a release that gets no answer leaves the exit code as it was, and says when the lock is free", async () => {
    const name = fixture.name();
    const held = cli.start(["lock", name, "--ttl", "5s", "--", "sh", "-c", "echo ready; cat; exit 4"]);
    await held.says("ready");
    fixture.gateway.faults.inject({ action: "drop-request", times: Number.POSITIVE_INFINITY });
    held.child.stdin?.end();
    const { code, err } = await held.ended;
    expect(code).toBe(4);
    expect(err).toMatch(/^holdfast: the lock could not be given back: it is free in \S+ at the latest\.\n$/);
  });
});
