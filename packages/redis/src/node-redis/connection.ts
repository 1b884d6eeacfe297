import type { Connection, Send } from "../store/connection.ts";
import { failFast } from "../store/fail-fast.ts";
import type { CommandOptions, NodeRedis, NodeRedisCluster, NodeRedisNode } from "./client.ts";
import { openNodeRedisEar } from "./ear.ts";

export function nodeRedisConnection(of: NodeRedis): Connection {
  const { client } = of;
  const keyPrefix = String((client as { _keyPrefix?: unknown })._keyPrefix ?? "");
  const unlessRefused = failFast(client, () => (client as { isReady?: boolean }).isReady !== false);
  const send = sender(of);
  return {
    maker: "nodeRedisStore",
    isCluster: of.kind === "cluster",
    keyPrefix,
    unusable: () =>
      client.isOpen
        ? undefined
        : "the client is not connected: await client.connect() first, and close it after the last lease is given back.",
    send: (command, signal) => unlessRefused(send(withPrefix(keyPrefix, command), signal)),
    sendTogether: sendsTogether(of, keyPrefix, unlessRefused),
    masters: async () => (of.kind === "cluster" ? mastersOf(of.client) : [send]),
    // A Sentinel's client has no connection to one server that could be duplicated.
    ...(of.kind !== "sentinel" && { openEar: (events) => openNodeRedisEar(of, events) }),
  };
}

/**
 * Over the client's own options for commands: replies of the types they came with; withdrawn at the end of the try if
 * it has not been sent by then; for as long as the store lets it.
 */
function optionsOf(abortSignal: AbortSignal, chainId?: symbol): CommandOptions {
  return { abortSignal, typeMapping: {}, timeout: undefined, asap: false, chainId };
}

function sender(of: NodeRedis): Send {
  switch (of.kind) {
    case "cluster":
      return async (command, signal) => {
        const [, , keys, first] = command;
        if (keys !== "0") return of.client.sendCommand(first, false, command, optionsOf(signal));
        // Left to itself the client takes any node, also one that takes no writes.
        return senderOf(await of.client.nodeClient(of.client.masters[0] as never))(command, signal);
      };
    case "sentinel":
      return (command, signal) => of.client.sendCommand(false, command, optionsOf(signal));
    default:
      return senderOf(of.client);
  }
}

function senderOf(node: Pick<NodeRedisNode, "sendCommand">): Send {
  return (command, signal) => node.sendCommand(command, optionsOf(signal));
}

function sendsTogether(
  of: NodeRedis,
  keyPrefix: string,
  unlessRefused: ReturnType<typeof failFast>,
): Connection["sendTogether"] {
  if (of.kind === "cluster" || of.kind === "sentinel")
    return `a client of ${of.kind === "cluster" ? "createCluster" : "createSentinel"} may send the command that waits to another connection than the script; use createClient with the primary's address.`;
  return ([script = [], ...others], signal) => {
    const commands = [withPrefix(keyPrefix, script), ...others];
    // Of a chain whose connection broke, the rest is not sent on another one.
    const chain = optionsOf(signal, Symbol("script and wait"));
    const send = (node: Pick<NodeRedisNode, "sendCommand">) =>
      Promise.allSettled(commands.map((command) => node.sendCommand(command, chain)));
    return unlessRefused(of.kind === "pool" ? of.client.execute(send) : send(of.client));
  };
}

/** `sendCommand` sends keys as they are, whatever the client puts before those of its own functions. */
function withPrefix(keyPrefix: string, command: readonly string[]): readonly string[] {
  if (keyPrefix === "") return command;
  const end = 3 + Number(command[2]);
  return command.map((part, i) => (i > 2 && i < end ? keyPrefix + part : part));
}

function mastersOf(cluster: NodeRedisCluster): Send[] {
  const addressOf = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;
  return [...cluster.masters]
    .sort((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1))
    .map((master) => async (command, signal) => senderOf(await cluster.nodeClient(master))(command, signal));
}
