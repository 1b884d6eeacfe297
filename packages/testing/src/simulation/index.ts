export {
  DISASTERS,
  type Disaster,
  FAULT_KINDS,
  type FaultKind,
  type InjectedFault,
  NETWORK_FAULTS,
  type NetworkFault,
  NODE_FAULTS,
  type NodeFault,
} from "./faults.ts";
export type { Machine } from "./machine.ts";
export { createRandom, type Random } from "./random.ts";
export type { ServerReply } from "./resp.ts";
export type { CommandListener, Look, ServerAnswer, SimulatedServer } from "./server.ts";
export {
  type NodesOptions,
  type SimulatedClient,
  type Simulation,
  type SimulationOptions,
  startSimulation,
} from "./simulation.ts";
export type { Planned, VirtualTime } from "./virtual-time.ts";
