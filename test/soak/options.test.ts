import { expect, it } from "vitest";
import { readOptions, USAGE } from "./options.ts";

it("has the run of the documentation for a default", () => {
  expect(readOptions([])).toEqual({
    minutes: 30,
    clients: 200,
    rate: 25,
    redisServer: false,
    drain: true,
    report: "bench/soak.json",
  });
});

it("takes what it is given", () => {
  const args = "--minutes 2.5 --clients 10 --rate 3 --redis-server --no-drain --report /tmp/r.json".split(
    " ",
  );
  expect(readOptions(args)).toEqual({
    minutes: 2.5,
    clients: 10,
    rate: 3,
    redisServer: true,
    drain: false,
    report: "/tmp/r.json",
  });
  expect(readOptions(["--help"])).toBe("help");
});

it.each([
  ["--minutes 0", "--minutes must be a number from 0.05 to 1440"],
  ["--minutes ten", '"ten"'],
  ["--minutes 1e3", '"1e3"'],
  ["--clients 4", "--clients must be a number from 5"],
  ["--clients 7.5", "whole number"],
  ["--rate -1", "--rate"],
  ["--report=", "--report must name a file"],
  ["--hours 1", "--hours"],
  ["all", "all"],
])("refuses %s", (args, text) => {
  expect(() => readOptions(args.split(" "))).toThrow(text);
});

it("explains every option that it takes", () => {
  for (const option of ["minutes", "clients", "rate", "redis-server", "no-drain", "report", "help"])
    expect(USAGE).toContain(`  --${option}`);
});
