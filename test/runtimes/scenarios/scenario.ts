import type { World } from "./world.ts";

/** One thing that must work in every runtime: a row of the matrix. */
export interface Scenario {
  readonly name: string;
  /** Resolves when it works; throws what is wrong. */
  run(world: World): Promise<void>;
}

/** The runtime lacks what a scenario is made of. Whether it may is for the harness to say. */
export class NotThere extends Error {}

/** A scenario in a module that not every runtime can load: its syntax is too new. */
export function lazy(name: string, load: () => Promise<Scenario["run"]>): Scenario {
  return {
    name,
    async run(world) {
      const run = await load().catch((error: unknown) => {
        throw new NotThere(String(error));
      });
      await run(world);
    },
  };
}
