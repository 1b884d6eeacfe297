import { abort, timeOut } from "./abort.ts";
import { acquire, mutexEntry } from "./acquire.ts";
import { contend } from "./contend.ts";
import { errors } from "./errors.ts";
import { fences } from "./fences.ts";
import { expire, renew, taken } from "./lease-life.ts";
import { overHttp, overHttpRefused, overHttpWaiting } from "./over-http.ts";
import { lazy, type Scenario } from "./scenario.ts";
import { acquireAll, readWrite, semaphore } from "./sharing.ts";
import { upstash } from "./upstash.ts";
import { wakeUp } from "./wake-up.ts";
import { webLocks } from "./web-locks.ts";

export const AWAIT_USING = "await using";

/** The rows of the matrix: what every runtime is asked to do. */
export const scenarios: readonly Scenario[] = [
  acquire,
  contend,
  wakeUp,
  renew,
  expire,
  taken,
  abort,
  timeOut,
  fences,
  lazy(AWAIT_USING, async () => (await import("./await-using.ts")).awaitUsing),
  readWrite,
  semaphore,
  acquireAll,
  errors,
  mutexEntry,
  upstash,
  webLocks,
  overHttp,
  overHttpWaiting,
  overHttpRefused,
];
