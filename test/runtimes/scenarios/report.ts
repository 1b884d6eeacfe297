import { NotThere, type Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** What came of one scenario in one runtime. */
export interface Report {
  readonly name: string;
  readonly outcome: "ok" | "failed" | "not there";
  readonly ms: number;
  readonly detail?: string;
}

const LIMIT_MS = 30_000;

/** Runs one scenario and says what came of it. Never rejects. */
export async function runScenario({ name, run }: Scenario, world: Omit<World, "name">): Promise<Report> {
  const started = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  try {
    await Promise.race([run({ ...world, name }), limit]);
    return { name, outcome: "ok", ms: Date.now() - started };
  } catch (error) {
    const outcome = error instanceof NotThere ? "not there" : "failed";
    return { name, outcome, ms: Date.now() - started, detail: describe(error) };
  } finally {
    clearTimeout(timer);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [where = ""] = /at .*$/m.exec(error.stack ?? "") ?? [];
  return `${error.name}: ${error.message}${where && ` (${where.trim()})`}`;
}
