import { parseArgs } from "node:util";
import { startGateway } from "@holdfast/gateway";
import { redisServerPath, startRedisServer } from "@holdfast/testing/node";
import { startWorker } from "../support/worker.ts";
import { type App, buildApp } from "./app.ts";
import { chromium } from "./columns/chromium.ts";
import { type Column, type Stage, withoutTcp } from "./columns/column.ts";
import { bun, deno } from "./columns/deno-bun.ts";
import { edgeVm } from "./columns/edge-vm.ts";
import { npmNode, ownNode } from "./columns/node.ts";
import { workerd } from "./columns/workerd.ts";
import { matrix, type Run } from "./matrix.ts";
import { servePage } from "./page-server.ts";
import { scenarios } from "./scenarios/index.ts";
import type { Report } from "./scenarios/report.ts";
import { tcpScenarios } from "./scenarios/tcp.ts";
import type { Setting } from "./scenarios/world.ts";

// `npm run test:runtimes`: the built packages in every runtime, for real.

const TOKEN = "runtimes-token";
const API_KEY = "runtimes-api-key";
const COLUMNS: readonly Column[] = [npmNode(20), npmNode(22), ownNode, workerd, deno, bun, chromium, edgeVm];
/** Most of a scenario is waiting; more at once would only make each other late. */
const AT_ONCE = 4;
const LIMIT_MS = 90_000;
/** Where nothing may be left out. */
const IS_CI = !["", "0", "false"].includes(process.env.CI ?? "");

const { values } = parseArgs({ options: { only: { type: "string" } } });
const chosen = values.only === undefined ? COLUMNS : values.only.split(",").map(columnOf);
process.exitCode = (await main()) ? 0 : 1;

function columnOf(name: string): Column {
  const column = COLUMNS.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
  if (!column) throw new Error(`--only takes some of: ${COLUMNS.map((one) => one.name).join(",")}`);
  return column;
}

async function main(): Promise<boolean> {
  const started = performance.now();
  const runs = await runAll();
  const rows = [...scenarios, ...tcpScenarios].map(({ name }) => name);
  const { text, failed } = matrix(rows, runs, IS_CI);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${text}\n\n${rows.length} scenarios in ${runs.length} runtimes, ${failed} failed, ${seconds} s`,
  );
  return failed === 0;
}

async function runAll(): Promise<Run[]> {
  await using stack = new AsyncDisposableStack();
  const app = stack.use(await buildApp());
  const gateway = await startGateway({ port: 0, tokens: TOKEN });
  stack.defer(() => gateway.close());
  const redis = await startRedis(stack);
  const page = await servePage(app.page);
  stack.defer(() => page.stop());
  const worker = await startWorker({
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: TOKEN,
    HOLDFAST_API_KEY: API_KEY,
    HOLDFAST_ALLOWED_ORIGINS: page.url,
  });
  stack.defer(() => worker.stop());

  const runs = new Map<Column, Run>();
  const left = [...chosen];
  const next = async (): Promise<void> => {
    for (let column = left.pop(); column; column = left.pop()) {
      const namespace = column.name.toLowerCase().replace(/\W/g, "-");
      const urls = { gatewayUrl: gateway.url, workerUrl: worker.url };
      const setting = { namespace, token: TOKEN, apiKey: API_KEY, ...urls, ...(redis && { redis }) };
      runs.set(column, await runColumn(column, app, { setting, pageUrl: page.url }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return chosen.flatMap((column) => runs.get(column) ?? []);
}

/** A real redis-server for the adapters over TCP, where there is one. */
async function startRedis(stack: AsyncDisposableStack): Promise<Setting["redis"]> {
  if (redisServerPath() === null) return undefined;
  const server = stack.use(await startRedisServer());
  const gateway = await startGateway({ port: 0, tokens: TOKEN, redisUrl: server.url });
  stack.defer(() => gateway.close());
  return { url: server.url, gatewayUrl: gateway.url };
}

async function runColumn(column: Column, app: App, given: Pick<Stage, "setting" | "pageUrl">): Promise<Run> {
  const { name } = column;
  const noTcp = given.setting.redis || IS_CI ? {} : withoutTcp("redis-server is not installed here");
  const lacks = { ...noTcp, ...column.lacks };
  const reports: Report[] = [];
  const run = { name, lacks, reports, version: "", seconds: 0, missing: column.missing(), error: undefined };
  if (run.missing !== undefined) return run;
  const started = performance.now();
  const signal = AbortSignal.timeout(LIMIT_MS);
  const end = await column
    .run({ ...given, app, signal, report: (report) => reports.push(report) })
    .then((version) => ({ version }))
    .catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }));
  return { ...run, ...end, seconds: Math.round((performance.now() - started) / 1000) };
}
