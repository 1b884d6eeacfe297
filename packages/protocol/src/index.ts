export { createKeyBody, keyInfo, me, scope, tenant } from "./accounts.ts";
export { acquireAllBody, acquireBody } from "./acquiring.ts";
export { LIMITS } from "./limits.ts";
export { lockEvent } from "./looking.ts";
export { type FieldError, PROBLEMS, type ProblemBody, type ProblemCode, problem } from "./problem.ts";
export { routes, scopeOf } from "./routes/index.ts";
export type * from "./types.ts";
export { lockName, prefix, token } from "./values.ts";
