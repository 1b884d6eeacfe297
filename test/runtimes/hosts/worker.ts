import { scenarios } from "../scenarios/index.ts";
import { runScenario } from "../scenarios/report.ts";
import { createWorld, type Setting } from "../scenarios/world.ts";

// workerd: a Worker that runs one scenario per request. What one request opens, another must not use.

interface Asked {
  readonly scenario: string;
  readonly setting: Setting;
}

export default {
  async fetch(
    request: Request,
    _env: unknown,
    ctx: { waitUntil(work: Promise<unknown>): void },
  ): Promise<Response> {
    const { scenario: asked, setting } = (await request.json()) as Asked;
    const scenario = scenarios.find(({ name }) => name === asked);
    if (!scenario) return new Response("no such scenario", { status: 404 });
    const world = createWorld(setting, { waitUntil: (work) => ctx.waitUntil(work) });
    return Response.json(await runScenario(scenario, world));
  },
};
