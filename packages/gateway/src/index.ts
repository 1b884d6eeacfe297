export { EngineUnavailableError } from "./engine/connection.ts";
export type { Fault, FaultAction, FaultControl, FaultRequest } from "./faults.ts";
export { type Gateway, startGateway } from "./gateway.ts";
export type { MeterReading } from "./meter.ts";
export type { GatewayOptions, GatewayToken, TokenAccess } from "./options.ts";
