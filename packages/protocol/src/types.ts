import type { z } from "@hono/zod-openapi";
import type * as accounts from "./accounts.ts";
import type * as acquiring from "./acquiring.ts";
import type * as holding from "./holding.ts";
import type * as looking from "./looking.ts";

/** What goes over the wire: requests as a client may write them, answers as it reads them. */

export type AcquireRequest = z.input<typeof acquiring.acquireBody>;
export type AcquireAllRequest = z.input<typeof acquiring.acquireAllBody>;
export type LeaseBody = z.output<typeof acquiring.lease>;
export type LeaseAnswer = z.output<typeof acquiring.leaseAnswer>;
export type QueuedAnswer = z.output<typeof acquiring.queued>;
export type ExtendRequest = z.input<typeof holding.extendBody>;
export type ReleaseRequest = z.input<typeof holding.releaseBody>;
export type ReleaseAnswer = z.output<typeof holding.releaseAnswer>;
export type ConvertRequest = z.input<typeof holding.convertBody>;
export type ConvertAnswer = z.output<typeof holding.convertAnswer>;
export type ResizeRequest = z.input<typeof holding.resizeBody>;
export type ExtendAllRequest = z.input<typeof holding.extendAllBody>;
export type ExtendAllAnswer = z.output<typeof holding.extendAllAnswer>;
export type ReleaseAllRequest = z.input<typeof holding.releaseAllBody>;
export type CountDownRequest = z.input<typeof holding.countDownBody>;
export type CountDownAnswer = z.output<typeof holding.countDownAnswer>;
export type WakeUpsRequest = z.input<typeof holding.wakeUpsBody>;
export type InspectionBody = z.output<typeof looking.inspection>;
export type LockRow = z.output<typeof looking.lockRow>;
export type LockPageBody = z.output<typeof looking.lockPage>;
export type LockEventBody = z.output<typeof looking.lockEvent>;
export type HistoryBody = z.output<typeof looking.history>;
export type OverviewBody = z.output<typeof looking.overview>;
export type BreakRequest = z.input<typeof looking.breakBody>;
export type BreakAnswer = z.output<typeof looking.breakAnswer>;
export type Scope = z.output<typeof accounts.scope>;
export type CreateKeyRequest = z.input<typeof accounts.createKeyBody>;
export type KeyInfo = z.output<typeof accounts.keyInfo>;
export type CreatedKey = z.output<typeof accounts.createdKey>;
export type Me = z.output<typeof accounts.me>;
export type AuditEntry = z.output<typeof accounts.auditEntry>;
