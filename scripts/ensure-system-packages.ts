import { installOnDebian, isRootOnDebian } from "./system-packages/debian.ts";
import { KNOWN, type SystemPackage } from "./system-packages/known.ts";

// `node scripts/ensure-system-packages.ts redis-server chromium`: programs that npm does not bring and tests need.
// This gets them where that takes nothing from anybody (root on Debian, as in a container) and otherwise says what
// will not run; in CI a missing one is a failure.

const wanted = process.argv.slice(2).map((name) => {
  const known = KNOWN[name];
  if (!known) throw new Error(`${name} is none of ${Object.keys(KNOWN).join(", ")}`);
  return known;
});
const missing = wanted.filter(({ path }) => path() === null);

if (missing.length > 0) {
  const problem = isRootOnDebian()
    ? installOnDebian(missing.map(({ debian }) => debian))
    : "this is not root on Debian, so nothing was installed";
  for (const one of missing) if (one.path() === null) reportMissing(one, problem);
}

function reportMissing({ what, leftOut, elsewhere }: SystemPackage, problem: string): void {
  const isCi = !["", "0", "false"].includes(process.env.CI ?? "");
  const ways = Object.entries(elsewhere).map(([system, command]) => `  ${system.padEnd(16)} ${command}`);
  console.error(`
${isCi ? "FAILED" : "NOT RUN"}: ${what} is not installed, so ${leftOut}
Reason: ${problem}
To run them all, install it and start again:

${ways.join("\n")}
`);
  if (isCi) process.exitCode = 1;
}
