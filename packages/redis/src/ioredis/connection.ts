import type { Connection, Send } from "../store/connection.ts";
import { failFast } from "../store/fail-fast.ts";
import { ONLY_LISTENS } from "../store/send.ts";
import type { Ioredis, IoredisCluster } from "./client.ts";
import { openIoredisEar } from "./ear.ts";

export function ioredisConnection(client: Ioredis): Connection {
  const unlessRefused = failFast(client, () => client.status === "ready");
  const send = sender(client);
  return {
    maker: "ioredisStore",
    isCluster: client.isCluster === true,
    keyPrefix: String(client.options.keyPrefix ?? ""),
    unusable() {
      // Disconnected while it waits to connect again, ioredis keeps that status for ever.
      if (client.status === "end" || (client.status === "reconnecting" && client.manuallyClosing))
        return "the client is closed: it was quit or disconnected, or its retryStrategy gave up. Make a new one.";
      if (client.mode === "subscriber") return ONLY_LISTENS;
      if (client.mode === "monitor") return "the client is a monitor; give the store a client of its own.";
      return undefined;
    },
    send: (command, signal) => unlessRefused(send(command, signal)),
    sendTogether: client.isCluster
      ? "a Cluster may send the command that waits to another connection than the script, and give both again after a redirection; without acks, or with a Redis for one primary."
      : (commands) => unlessRefused(sendTogether(client, commands)),
    masters: async () => (client.isCluster ? mastersOf(client as IoredisCluster) : [send]),
    openEar: (events) => openIoredisEar(client, events),
  };
}

/**
 * The client's own function of the command's name, not `client.call`: that would go through auto-pipelining, where a
 * command waits for others. Key prefix and routing are the client's.
 */
function sender(client: Ioredis): Send {
  return async ([name = "", ...args]) =>
    decode(await client.createBuiltinCommand(name.toLowerCase()).buffer.call(client, ...args));
}

/** A pipeline: what of it went unanswered when the connection broke is not sent again without the rest. */
async function sendTogether(
  client: Ioredis,
  commands: readonly (readonly string[])[],
): Promise<PromiseSettledResult<unknown>[]> {
  const pipeline = client.pipeline();
  for (const [name = "", ...args] of commands)
    client.createBuiltinCommand(name.toLowerCase()).buffer.call(pipeline, ...args);
  const rows = await pipeline.exec();
  return rows.map(([reason, reply]) =>
    reason ? { status: "rejected", reason } : { status: "fulfilled", value: decode(reply) },
  );
}

/** Text comes as bytes here, so what is a string is a number: of a client with `stringNumbers`. */
function decode(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(decode);
  if (typeof reply === "string") return Number(reply);
  return reply instanceof Uint8Array ? reply.toString() : reply;
}

function mastersOf(cluster: IoredisCluster): Send[] {
  const masters = cluster.nodes("master").map((node) => {
    const { host, port } = node.options;
    return { address: `${host}:${port}`, send: sender(node) };
  });
  return masters.sort((a, b) => (a.address < b.address ? -1 : 1)).map(({ send }) => send);
}
