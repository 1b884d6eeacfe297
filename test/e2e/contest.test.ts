import { describe, expect, it } from "vitest";
import type { Client } from "../../scripts/start/clients.ts";
import { type Grant, runContest } from "../../scripts/start/contest.ts";
import { faultsOf, resultTable } from "../../scripts/start/report.ts";

const meter = {
  read: async () => ({ requests: 12, commands: 12, billedCommands: 60, bytesIn: 0, bytesOut: 0 }),
  reset: async () => {},
};

const clients = (withLock: Client["withLock"]): Client[] =>
  ["http-1", "sdk-1", "sdk-2"].map((name) => ({
    name,
    via: name.startsWith("http") ? "HTTP" : "SDK",
    requests: 2,
    withLock,
  }));

const compete = async (withLock: Client["withLock"]) => {
  const told: Grant[] = [];
  const result = await runContest(clients(withLock), meter, AbortSignal.timeout(10_000), (grant) =>
    told.push(grant),
  );
  return { result, told };
};

describe("the contest of npm start", () => {
  it("finds nothing wrong with a lock that works", async () => {
    let fence = 0;
    let last: Promise<void> = Promise.resolve();
    const { result, told } = await compete((_lock, _signal, work) => {
      const turn = last.then(() => work(++fence));
      last = turn;
      return turn;
    });
    expect(faultsOf(result)).toEqual([]);
    expect(result).toMatchObject({ overlaps: 0, counter: 6, expected: 6, fencesRise: true, requests: 12 });
    expect(told).toHaveLength(6);
    expect(resultTable(result)).toMatch(/requests per grant +2\.0 +3\.0 over HTTP, 1\.5 with the SDK/);
  });

  it("shows what a lock does that lets everybody in", async () => {
    let fence = 0;
    const { result } = await compete((_lock, _signal, work) => work(++fence));
    expect(faultsOf(result)).toEqual([
      expect.stringMatching(/^two held the lock at once, [1-9]/),
      expect.stringMatching(/^the counter shows [1-5] instead of 6$/),
    ]);
  });

  it("shows a fence that does not rise", async () => {
    let last: Promise<void> = Promise.resolve();
    const { result } = await compete((_lock, _signal, work) => {
      last = last.then(() => work(7));
      return last;
    });
    expect(faultsOf(result)).toEqual(["a fence was not greater than the one before it"]);
  });

  it("ends with the error of a client that fails, and stops the others", async () => {
    let asked = 0;
    const failing = compete(async (_lock, signal, work) => {
      if (++asked === 2) throw new Error("no answer");
      await work(asked);
      signal.throwIfAborted();
    });
    await expect(failing).rejects.toThrow("no answer");
    expect(asked).toBe(3);
  });
});
