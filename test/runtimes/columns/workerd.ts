import { deployedCompatibility } from "../../support/worker.ts";
import { startWorkerd, workerdVersion } from "../../support/workerd.ts";
import { scenarios } from "../scenarios/index.ts";
import type { Report } from "../scenarios/report.ts";
import { type Column, withoutTcp } from "./column.ts";

export const workerd: Column = {
  name: "workerd",
  lacks: withoutTcp("Workers reach Redis over HTTP"),
  missing: () => undefined,
  async run({ app, setting, report, signal }) {
    const worker = await startWorkerd({
      name: "scenarios",
      modules: app.worker,
      compatibility: await deployedCompatibility(),
    });
    try {
      for (const { name } of scenarios) {
        const body = JSON.stringify({ scenario: name, setting });
        const response = await fetch(worker.url, { method: "POST", body, signal });
        if (!response.ok) throw new Error(`${name}: HTTP ${response.status} ${await response.text()}`);
        report((await response.json()) as Report);
      }
    } finally {
      await worker.stop();
    }
    return workerdVersion();
  },
};
