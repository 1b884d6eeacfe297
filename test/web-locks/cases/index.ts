import { argumentCases } from "./arguments.ts";
import { callbackCases } from "./callback.ts";
import { ifAvailableCases } from "./if-available.ts";
import { nameCases } from "./names.ts";
import { queryCases } from "./query.ts";
import { schedulingCases } from "./scheduling.ts";
import { signalCases } from "./signal.ts";
import { stealCases } from "./steal.ts";
import type { Cases } from "./subject.ts";

/**
 * What the specification (w3c.github.io/web-locks) says, section by section. Whoever is to be a lock manager is taken
 * through all of it.
 */
export const specification: Cases = (subject) => {
  nameCases(subject);
  schedulingCases(subject);
  argumentCases(subject);
  callbackCases(subject);
  ifAvailableCases(subject);
  stealCases(subject);
  signalCases(subject);
  queryCases(subject);
};
