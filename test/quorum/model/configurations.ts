import { PROTOCOL, type Rules } from "./rules.ts";

type Size = "quick" | "full" | "long";

export interface Configuration {
  title: string;
  rules: Rules;
  /** How long it takes: short enough for every test run, part of `npm run model`, or only there with `--long`. */
  size: Size;
}

/** The protocol as it is. The number of tries, messages and repetitions is not limited in any of them. */
export const CONFIGURATIONS: readonly Configuration[] = [
  of("1 client at a time, every step", { clients: 1, thorough: true }, "quick"),
  of(
    "1 client at a time, every step, a node loses its data",
    { clients: 1, thorough: true, losses: 1 },
    "full",
  ),
  of("1 client at a time, nodes lose their data twice", { clients: 1, losses: 2 }, "quick"),
  of("2 clients", { clients: 2 }, "quick"),
  of("2 clients, a node loses its data", { clients: 2, losses: 1 }, "full"),
  of("2 clients, every step", { clients: 2, thorough: true }, "long"),
  of("the same, it comes back with older data", { losses: 1, comesBackWith: "older data" }, "long"),
  of("2 clients, orphaned votes", { clients: 2, looksFor: "orphans" }, "full"),
  of("2 clients, clocks within the drift", { timing: "synchronous", clients: 2 }, "quick"),
  of("2 clients, clocks within the drift, every step", { timing: "synchronous", thorough: true }, "full"),
  of(
    "2 clients, clocks within the drift, a node loses its data",
    { timing: "synchronous", losses: 1 },
    "full",
  ),
  of(
    "the same, it comes back with older data and takes write-backs",
    { timing: "synchronous", losses: 1, comesBackWith: "older data", raisesWhileBarred: true },
    "full",
  ),
  of("3 clients, clocks within the drift", { timing: "synchronous", clients: 3 }, "full"),
  of(
    "2 clients, clocks within the drift, no write-back: exclusion alone",
    { timing: "synchronous", writesBack: false, acknowledgements: 0, promisesFences: false },
    "quick",
  ),
];

function of(title: string, changed: Partial<Rules>, size: Size): Configuration {
  return { title, rules: { ...PROTOCOL, ...changed }, size };
}
