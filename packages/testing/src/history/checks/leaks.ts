import type { Check } from "../check.ts";

/** When all has ended and run out, the server keeps nothing. */
export const leaks: Check = ({ end }, _, report) => {
  if (end && end.keys !== 0)
    report(end.at, [], `the server still has ${end.keys} keys after everything ended and ran out`);
};
