import { NODES, type Nodes, type Reach } from "./nodes.ts";

/** What is wrong with the nodes. */
export interface Condition {
  readonly name: string;
  /** How clients get to the nodes meanwhile. */
  reach(nodes: Nodes): Reach | Promise<Reach>;
  strike(nodes: Nodes): Promise<void>;
  heal(nodes: Nodes): Promise<void>;
}

const nothing = async () => {};
const reach = (nodes: Nodes) => nodes.reach;
const last = (nodes: Nodes, count: number) => nodes.servers.slice(-count);

/** Its port refuses connections. It comes back with nothing. */
function refused(count: number): Condition {
  return {
    name: `${count} refused`,
    reach,
    strike: async (nodes) => void (await Promise.all(last(nodes, count).map((server) => server.kill()))),
    heal: async (nodes) => void (await Promise.all(last(nodes, count).map((server) => server.restart()))),
  };
}

/** Its connections stay open, and nothing is answered. */
function silent(count: number): Condition {
  const signal = (name: NodeJS.Signals) => async (nodes: Nodes) =>
    void (await Promise.all(last(nodes, count).map((server) => server.kill(name))));
  return { name: `${count} silent`, reach, strike: signal("SIGSTOP"), heal: signal("SIGCONT") };
}

/** The last `count` nodes are so far away that an answer takes `rttMs` longer. */
function far(name: string, count: number, rttMs: number): Condition {
  return { name, reach: (nodes) => nodes.reachFar(count, rttMs), strike: nothing, heal: nothing };
}

export const ALL_UP: Condition = { name: "all up", reach, strike: nothing, heal: nothing };
export const CONDITIONS: readonly Condition[] = [
  ALL_UP,
  refused(1),
  refused(2),
  silent(1),
  silent(2),
  far("1 slow by 500 ms", 1, 500),
  far("all up, RTT 20 ms", NODES, 20),
];
