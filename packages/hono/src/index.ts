export type { JwtIssuer } from "./accounts/jwt-issuer.ts";
export type { Principal } from "./context.ts";
export type { ServiceEvent } from "./history/event.ts";
export type { LockServiceOptions } from "./options.ts";
export { misconfigured, Problem, type ProblemExtras } from "./problem.ts";
export { lockService } from "./service.ts";
