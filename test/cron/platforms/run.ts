import { everySecond } from "./every-second.ts";

// node test/cron/platforms/run.ts [seconds]: what every-second.test.ts does, for a minute or as long as it is told.

const seconds = Number(process.argv[2] ?? 60);
if (!Number.isSafeInteger(seconds) || seconds < 1 || seconds > 86_400)
  throw new Error("seconds must be a whole number from 1 to 86400.");
const { wrong, ...findings } = await everySecond(seconds);
console.log(findings);
for (const line of wrong) console.log(`WRONG ${line}`);
process.exitCode = wrong.length > 0 || findings.errors > 0 || findings.mostAtOnce > 1 ? 1 : 0;
