import { json } from "node:stream/consumers";
import { type Serving, serve } from "../../support/serve.ts";

/** What the examples send their reports to. It takes a while, and remembers everything. */
export interface Reports extends Serving {
  /** The occurrences of the reports, in the order in which they were taken. */
  readonly taken: readonly string[];
  /** The most that were under way at the same time. */
  readonly mostAtOnce: number;
  /** Refuses so many. */
  refuse(times: number): void;
  /** Keeps answers back until it is called again with false. */
  hold(held: boolean): void;
  clear(): void;
}

const TAKES_MS = 30;

export async function startReports(): Promise<Reports> {
  const taken: string[] = [];
  const held: (() => void)[] = [];
  let holding = false;
  let refusals = 0;
  let underWay = 0;
  let mostAtOnce = 0;

  const serving = await serve(async (request, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    response.once("close", () => {
      underWay--;
    });
    const { occurrence } = (await json(request)) as { occurrence: string };
    if (refusals > 0) {
      refusals--;
      return response.writeHead(500).end();
    }
    const answer = () => {
      taken.push(occurrence);
      response.writeHead(201).end();
    };
    if (holding) held.push(answer);
    else setTimeout(answer, TAKES_MS);
  });
  return {
    ...serving,
    taken,
    get mostAtOnce() {
      return mostAtOnce;
    },
    refuse: (times) => {
      refusals = times;
    },
    hold: (now) => {
      holding = now;
      if (!now) for (const answer of held.splice(0)) answer();
    },
    clear: () => {
      taken.length = 0;
      mostAtOnce = 0;
    },
  };
}
