/** What a simulated network does to one message. */
export const NETWORK_FAULTS = {
  delay: "a message takes up to seconds, so that others overtake it",
  "lose-request": "a request is lost before the server sees it",
  "lose-reply": "the server acts on a request, and the reply is lost",
  repeat: "a request is executed once more, later",
  status: "a proxy answers 429, 500 or 503, before or after the server acted",
  garbage: "a proxy answers 200 with something else than the protocol",
  "lose-wake-up": "a message of an event stream is lost",
  "repeat-wake-up": "a message of an event stream comes twice, the second time late",
} as const;

/** What happens to clients and to the server at planned moments. */
export const DISASTERS = {
  "cut-stream": "an event stream breaks",
  "stall-stream": "an event stream stays open and carries nothing any more",
  partition: "one client and the server do not reach each other for a while",
  freeze: "a client stands still, longer than its leases may last, and goes on",
  suspend: "the same with its monotonic clock standing still, too",
  kill: "a client is gone for ever",
  "step-clock": "a client's wall clock is set forward",
  "flush-scripts": "the server forgets its scripts",
  restart: "the server restarts with its data",
  "lose-data": "the server restarts empty",
  failover: "a copy takes over that misses the last writes",
  "step-server-clock": "the server's clock is set forward or back",
  "out-of-memory": "the server's memory is full for a while, so that it refuses to write",
} as const;

/** What happens to one of several servers, beside what can happen to a server that is alone. */
export const NODE_FAULTS = {
  "pause-server": "one of several servers stands still for a while, and then carries out what has arrived",
  "isolate-server":
    "one of several servers and all clients, or one client and some servers, do not reach each other for a while",
  "slow-server": "one of several servers takes up to seconds longer for everything",
} as const;

export type NetworkFault = keyof typeof NETWORK_FAULTS;
export type Disaster = keyof typeof DISASTERS;
export type NodeFault = keyof typeof NODE_FAULTS;
export type FaultKind = NetworkFault | Disaster | NodeFault;

export const FAULT_KINDS: readonly FaultKind[] = [
  ...(Object.keys(NETWORK_FAULTS) as NetworkFault[]),
  ...(Object.keys(DISASTERS) as Disaster[]),
  ...(Object.keys(NODE_FAULTS) as NodeFault[]),
];

/** One thing that was broken on purpose. */
export interface InjectedFault {
  /** The same in a repetition of the run, so that it can be left out there. */
  readonly id: string;
  readonly kind: FaultKind;
  readonly atMs: number;
  readonly untilMs?: number;
  /** The client that it hit; none for the server. */
  readonly client?: string;
  /** Which of several servers it hit. */
  readonly server?: string;
}
