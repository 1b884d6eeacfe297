export { checkKnown, checkMs, checkSignal, checkWhole } from "../check.ts";
export { chance, checkClock, sleep } from "../clock.ts";
export { UnacknowledgedError } from "../errors.ts";
export type { EventListener } from "../events.ts";
export { isChannel, latchChannel, latchNameOf } from "../lock/channels.ts";
export type { LatchAsk, LockCommands, NamePage, NameQuery } from "../lock/commands.ts";
export type { LeaseCommands, Manner } from "../lock/lease-commands.ts";
export type {
  AcquireAllReply,
  AcquireReply,
  Busy,
  ConvertReply,
  HolderReply,
  InspectReply,
  WaiterReply,
} from "../lock/replies.ts";
export type { SlotOf } from "../lock/slots.ts";
export type { Claim, LockKind, Target, Wish } from "../lock/target.ts";
export { token } from "../locks/claim.ts";
export { type Connection, checkStore } from "../locks/connection.ts";
export type { ClientOptions } from "../locks/context.ts";
export { READ_WRITE_CAPACITY, TOKEN_PATTERN } from "../locks/limits.ts";
export { checkName, checkNamespace, decodeName, encodeName } from "../locks/names.ts";
export { checkKeepsValues } from "../store/keeps-values.ts";
export type { RunOptions, Subscribe, Subscription } from "../store/store.ts";
export { createLocksOver } from "./create-locks-over.ts";
export { LIMITS, type Range } from "./limits.ts";
export { type StoreConnection, type StoreConnectionOptions, storeConnection } from "./store-connection.ts";
export {
  type SurveyedHolder,
  type SurveyedLock,
  type SurveyOptions,
  type SurveyPage,
  survey,
} from "./survey.ts";
