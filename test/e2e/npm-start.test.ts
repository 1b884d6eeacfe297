import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { freePort } from "../../packages/testing/src/node/free-port.ts";
import { descendants, isListening } from "./processes.ts";
import { ROOT, startRun } from "./start-run.ts";

// The packages and the worker have to be built, as `npm test` does first.

const LIMIT_MS = 120_000;
const FIRST_GRANT = "   1  ";

/** Runs what was printed, in the repository's folder, as somebody who pasted it into a terminal. */
const paste = async (command: string) =>
  (await promisify(execFile)("bash", ["-c", command], { cwd: ROOT, timeout: 30_000 })).stdout;

/** The commands that begin a line, with the lines that belong to them. */
const printedCommands = (output: string) => ({
  curls: output.match(/^curl (?:.*\\\n)*.*$/gm) ?? [],
  snippet: /^node .*<<'END'\n[\s\S]*?\nEND$/m.exec(output)?.[0] ?? "",
});

describe("npm start", { timeout: LIMIT_MS }, () => {
  it("lets 20 clients compete for one lock, tells each grant, and sums up", async () => {
    await using run = await startRun(["--once"]);
    await run.says(FIRST_GRANT);
    const children = run.children();

    await run.endsWith(0);
    const output = run.output();
    expect(output.match(/^ +\d+ {2}(http|sdk)-\d+ +\d{16} +[\d,]+ ms +[\d,]+ ms$/gm)).toHaveLength(40);
    expect(output).toMatch(/grants +40 of 40 +20 over HTTP, 20 with the SDK/);
    expect(output).toMatch(/overlaps +0\n/);
    expect(output).toMatch(/fences +rising/);
    expect(output).toMatch(/counter +40 of 40/);
    expect(output).toMatch(/requests per grant +\d+\.\d +\d+\.\d over HTTP, \d+\.\d with the SDK/);
    expect(output).toMatch(/median wait +[\d,]+ ms/);
    expect(children.some(({ command }) => command.includes("workerd"))).toBe(true);
    await run.expectNothingLeft();
  });

  it("stays up with instructions that work as printed, until Ctrl-C ends all of it", async () => {
    await using run = await startRun();
    await run.says("Ctrl-C ends all of it.");
    const { curls, snippet } = printedCommands(run.output());
    const [acquire = "", inspect = "", again = ""] = curls;
    expect(curls).toHaveLength(3);
    expect(snippet.split("\n")).toHaveLength(12);
    const atStandardPorts = run
      .output()
      .replaceAll(`${run.gatewayPort}`, "8079")
      .replaceAll(`${run.workerPort}`, "8787");
    expect(atStandardPorts.split("\n").filter((line) => line.length > 80)).toEqual([]);

    const { lease } = JSON.parse(await paste(acquire));
    expect(lease).toMatchObject({ name: "demo", ttlMs: 60_000 });
    expect(JSON.parse(await paste(inspect))).toMatchObject({ holders: [{ fence: lease.fence }] });
    expect(JSON.parse(await paste(again))).toMatchObject({ status: 409, code: "held" });
    for (let times = 1; times <= 2; times++)
      expect(await paste(snippet)).toMatch(
        /^ours, with fence \d+\ntheirs meanwhile: null\ntheirs afterwards, with fence \d+\n$/,
      );

    run.children();
    run.signalGroup("SIGINT");
    // npm and pnpm pass on what the terminal has sent already.
    run.signalGroup("SIGINT");
    await run.endsWith(0);
    await run.expectNothingLeft();
  });

  it.each([
    ["SIGINT", "while it starts", "Starting"],
    ["SIGTERM", "in the middle of the contest", FIRST_GRANT],
    ["SIGHUP", "in the middle of the contest", FIRST_GRANT],
  ] as const)("leaves nothing behind after %s %s", async (signal, _when, moment) => {
    await using run = await startRun();
    await run.says(moment);
    run.children();
    run.signalGroup(signal);
    await run.endsWith(130);
    expect(run.output()).not.toMatch(/did not|failed|error/i);
    await run.expectNothingLeft();
  });

  it("leaves nothing behind when it is killed", async () => {
    await using run = await startRun();
    await run.says(FIRST_GRANT);
    run.children();
    process.kill(run.pid, "SIGKILL");
    await run.endsWith("SIGKILL");
    await run.expectNothingLeft();
  });

  it.each([
    ["workerd", "does not answer any more"],
    ["wrangler.js", "has ended"],
  ])("ends with an error and leaves nothing behind when %s dies", async (name, outcome) => {
    await using run = await startRun();
    await run.says("Ctrl-C ends all of it.");
    const children = run.children();
    const dying = children.filter(({ command }) => command.includes(name));
    expect(dying).not.toEqual([]);
    for (const { pid } of dying) process.kill(pid, "SIGKILL");
    await run.endsWith(1);
    expect(run.output()).toContain(`The worker ${outcome}`);
    await run.expectNothingLeft();
  });

  it("names a taken port and how to use another, before it starts anything", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const gatewayPort = await freePort();
    try {
      await using run = await startRun([], { gatewayPort, workerPort: port });
      await run.endsWith(1);
      expect(run.output()).toContain(`Port ${port}, for the worker, is taken.`);
      expect(run.output()).toMatch(new RegExp(`npm start -- --port ${gatewayPort} --worker-port \\d+\n`));
      expect(run.output()).not.toContain("Starting");
      expect(descendants(run.pid)).toEqual([]);
      expect(await isListening(gatewayPort)).toBe(false);
    } finally {
      other.close();
    }
  });
});
