import { anyOf } from "../store/any-of.ts";
import type { Ear, EarEvents } from "../store/subscriptions.ts";
import type { NodeRedis, NodeRedisNode } from "./client.ts";

/** In a cluster any master will do: what is published at one is brought to all. */
export async function openNodeRedisEar(of: NodeRedis, { heard, lost }: EarEvents): Promise<Ear> {
  const own = await connectionOf(of);
  // With `reconnectStrategy: false` every error is the end of the connection.
  own.on("error", lost);
  own.on("end", lost);
  return {
    listen: (channel) => own.subscribe(channel, (message) => heard(channel, message)),
    ignore: (channel) => void own.unsubscribe(channel).catch(() => {}),
    close: () => own.destroy(),
  };
}

async function connectionOf(of: NodeRedis): Promise<NodeRedisNode> {
  switch (of.kind) {
    case "cluster":
      return anyOf(of.client.masters, async (master) => connect(await of.client.nodeClient(master)));
    case "pool":
      return connect(await of.client.execute((client) => client));
    case "client":
      return connect(of.client);
    default:
      throw new Error("no single server to listen to");
  }
}

async function connect(client: NodeRedisNode): Promise<NodeRedisNode> {
  const own = client.duplicate({
    socket: { ...client.options?.socket, reconnectStrategy: false },
    clientSideCache: undefined,
    commandOptions: undefined,
    disableOfflineQueue: false,
    readonly: false,
  });
  // Without a listener an error would end the process.
  own.on("error", () => {});
  // It must not keep a process alive: whoever waits has a timer that does.
  own.unref();
  try {
    await own.connect();
    return own;
  } catch (error) {
    own.destroy();
    throw error;
  }
}
