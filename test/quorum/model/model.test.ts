import { describe, expect, it } from "vitest";
import { CONFIGURATIONS } from "./configurations.ts";
import { MUTANTS } from "./mutants.ts";
import { search } from "./search.ts";
import { story } from "./trace.ts";

// The large configurations are for `npm run model`.
const QUICK = CONFIGURATIONS.filter(({ size }) => size === "quick");

const SLOW_MACHINE_MS = 60_000;

describe("the quorum's protocol, every state of it", () => {
  it.each(QUICK)(
    "keeps its promises: $title",
    ({ title, rules }) => {
      const { violation, finished, compared, ...counts } = search(rules);
      console.info(`${title}: ${JSON.stringify(counts)}`);
      expect(violation && [violation.property, ...story(violation.trace)]).toBeUndefined();
      expect(finished).toBe(true);
      // The search was about something: later grants were held against an earlier one.
      expect(compared).toBeGreaterThan(50);
    },
    SLOW_MACHINE_MS,
  );

  it.each(MUTANTS)(
    "needs each of its rules: $title",
    ({ rules }) => {
      const { violation } = search(rules, 400_000);
      expect(violation?.property).toBeDefined();
    },
    SLOW_MACHINE_MS,
  );
});
