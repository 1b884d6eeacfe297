import type { Store } from "@holdfast/core";
import type { SimulatedServer } from "@holdfast/testing/simulation";
import { NAMESPACE, type QuorumSdk } from "./subject.ts";

/** Makes the servers members, before anybody works and past every network. */
export async function found(sdk: QuorumSdk, servers: readonly SimulatedServer[]): Promise<void> {
  await sdk.foundQuorum(servers.map(directStore), { namespace: NAMESPACE });
}

function directStore(server: SimulatedServer): Store {
  return {
    async run(script, keys, args) {
      const reply = server.command("EVAL", script.source, String(keys.length), ...keys, ...args);
      if (reply instanceof Error) throw reply;
      return reply as never;
    },
  };
}
