import { type Nodes, type Reach, SLOW_MS } from "./nodes.ts";

/** What is wrong with the nodes. */
export interface Condition {
  readonly name: string;
  /** How clients get to the nodes meanwhile. */
  reach(nodes: Nodes): Reach;
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

export const ALL_UP: Condition = { name: "all up", reach, strike: nothing, heal: nothing };
const ONE_SLOW: Condition = {
  name: `1 slow by ${SLOW_MS} ms`,
  reach: (nodes) => nodes.reachOneSlow,
  strike: nothing,
  heal: nothing,
};
export const CONDITIONS: readonly Condition[] = [
  ALL_UP,
  refused(1),
  refused(2),
  silent(1),
  silent(2),
  ONE_SLOW,
];
