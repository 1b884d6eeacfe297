import { scenarios } from "../scenarios/index.ts";
import { type Report, runScenario } from "../scenarios/report.ts";
import { createWorld, type Setting, type World } from "../scenarios/world.ts";

// Where the harness can call a function of the runtime: a page, and a script in a VM.

export type RunByName = (name: string, setting: Setting) => Promise<Report | undefined>;

let world: Omit<World, "name"> | undefined;

const runByName: RunByName = async (name, setting) => {
  world ??= createWorld(setting);
  const scenario = scenarios.find((one) => one.name === name);
  return scenario && runScenario(scenario, world);
};

Object.assign(globalThis, { runByName });
