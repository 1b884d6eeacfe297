import { readFileSync } from "node:fs";
import { engines, type TestEngine } from "@holdfast/testing/node";
import { expect, it } from "vitest";
import { onNodes, type QuorumClient } from "./support/nodes.ts";

const [engine] = engines() as [TestEngine];
const page = readFileSync(new URL("../../docs/quorum.md", import.meta.url), "utf8");

/** What the page says of so many nodes: requests and billed commands of a lease that is taken, extended, released. */
function documented(row: string): string[] {
  const line = page.split("\n").find((text) => text.startsWith(`| ${row} |`)) ?? "";
  return line
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

/** "5", or "4 to 5". */
function expectWithin(number: number, range: string): void {
  const [least, most = least] = range.split(" to ").map(Number);
  expect(number).toBeGreaterThanOrEqual(least ?? Number.NaN);
  expect(number).toBeLessThanOrEqual(most ?? Number.NaN);
}

for (const count of [3, 5])
  onNodes("what docs/quorum.md says of costs", engine, count, (f) => {
    it.each([
      ["with write-back", true],
      ["without", false],
    ])("is what a lease costs, %s", async (title, writeBack) => {
      const client = f.client({ writeBack });
      const { locks } = client;
      const first = await locks.acquire(f.name());
      await first.extend();
      await first.release();
      await settled(client);
      const name = f.name();
      const lease = await locks.acquire(name);
      const acquire = await settled(client);
      await lease.extend();
      const extend = await settled(client);
      await lease.release();
      const release = await settled(client);
      const [rounds, ...cells] = documented(`${count} nodes, ${title}`);
      expect(rounds).toBe(writeBack ? "2" : "1");
      expect(cells).toHaveLength(3);
      for (const [i, { requests, billed }] of [acquire, extend, release].entries()) {
        const [ofRequests = "", ofBilled = ""] = cells[i]?.split(" / ") ?? [];
        expectWithin(requests, ofRequests);
        // A node that is asked to raise a fence for the first time is sent the script.
        if (i > 0 || !writeBack) expectWithin(billed, ofBilled);
      }
    });

    /** What all nodes together have served since the last time, once nothing more is on its way. */
    async function settled({ networks }: QuorumClient): Promise<{ requests: number; billed: number }> {
      let last = -1;
      for (;;) {
        const readings = await Promise.all(f.nodes.map(({ gateway }) => gateway.meter.read()));
        const sent = networks.flatMap((network) => network.requests);
        const requests = sent.filter(({ commands }) => commands[0]?.[0] === "EVALSHA").length;
        const billed = readings.reduce((sum, reading) => sum + reading.billedCommands, 0);
        if (requests === last) {
          await Promise.all(f.nodes.map(({ gateway }) => gateway.meter.reset()));
          for (const network of networks) network.clear();
          return { requests, billed };
        }
        last = requests;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  });
