import { expect, it } from "vitest";
import { everySecond } from "./every-second.ts";

it("a Worker in two copies, both fired every second for 15 s, runs once for each second and never twice at a time", async () => {
  const { occurrences, deliveries, ...findings } = await everySecond(15);
  expect([occurrences, deliveries]).toEqual([15, 42]);
  expect(findings).toEqual({ wrong: [], mostAtOnce: 1, errors: 0 });
}, 90_000);
