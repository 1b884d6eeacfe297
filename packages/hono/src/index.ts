export type { JwtIssuer } from "./accounts/jwt-issuer.ts";
export type { Principal } from "./context.ts";
export type {
  LockHappened,
  RefusedEvent,
  RequestEvent,
  ServiceEvent,
  TroubleEvent,
} from "./history/event.ts";
export { jsonLogs } from "./history/json-logs.ts";
export type { HistoryOptions } from "./history/settings.ts";
export type { LockNode, NodesOptions } from "./nodes/options.ts";
export type { LockServiceOptions } from "./options.ts";
export { misconfigured, Problem, type ProblemExtras } from "./problem.ts";
export { lockService } from "./service.ts";
