import type { Ear, EarEvents } from "../store/subscriptions.ts";
import type { NodeRedis, NodeRedisNode } from "./client.ts";

/** In a cluster any node will do: what is published at one is brought to all. */
export async function openNodeRedisEar(of: NodeRedis, { heard, lost }: EarEvents): Promise<Ear> {
  const own = await duplicateOf(of);
  // With `reconnectStrategy: false` every error is the end of the connection.
  own.on("error", lost);
  own.on("end", lost);
  // It must not keep a process alive: whoever waits has a timer that does.
  own.unref();
  try {
    await own.connect();
  } catch (error) {
    own.destroy();
    throw error;
  }
  return {
    listen: (channel) => own.subscribe(channel, (message) => heard(channel, message)),
    ignore: (channel) => void own.unsubscribe(channel).catch(() => {}),
    close: () => own.destroy(),
  };
}

async function duplicateOf(of: NodeRedis): Promise<NodeRedisNode> {
  switch (of.kind) {
    case "cluster": {
      const { masters } = of.client;
      const master = masters[Math.floor(Math.random() * masters.length)];
      if (!master) throw new Error("the cluster has no master");
      return listener(await of.client.nodeClient(master));
    }
    case "pool":
      return of.client.execute(listener);
    case "client":
      return listener(of.client);
    default:
      throw new Error("no single server to listen to");
  }
}

function listener(client: NodeRedisNode): NodeRedisNode {
  return client.duplicate({
    socket: { ...client.options?.socket, reconnectStrategy: false },
    clientSideCache: undefined,
    commandOptions: undefined,
    disableOfflineQueue: false,
    readonly: false,
  });
}
