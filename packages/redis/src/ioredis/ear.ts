import { anyOf } from "../store/any-of.ts";
import type { Ear, EarEvents } from "../store/subscriptions.ts";
import type { Ioredis, IoredisCluster, IoredisNode } from "./client.ts";

/** For a connection that ends when it breaks, and that does what the client's other options would not let it. */
const LISTENS_ONLY = {
  lazyConnect: true,
  enableOfflineQueue: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  retryStrategy: () => null,
  reconnectOnError: null,
  commandTimeout: undefined,
  socketTimeout: undefined,
  monitor: false,
  keyPrefix: "",
};

/** In a cluster any master will do: what is published at one is brought to all. */
export async function openIoredisEar(client: Ioredis, { heard, lost }: EarEvents): Promise<Ear> {
  const nodes = client.isCluster ? await mastersOf(client as IoredisCluster) : [client as IoredisNode];
  const own = await anyOf(nodes, connect);
  own.on("close", lost);
  own.on("message", heard as never);
  return {
    listen: (channel) => own.subscribe(channel),
    ignore: (channel) => void own.unsubscribe(channel).catch(() => {}),
    close: () => own.disconnect(),
  };
}

async function connect(node: IoredisNode): Promise<IoredisNode> {
  const own = node.duplicate(LISTENS_ONLY);
  // Without a listener ioredis writes errors to the console.
  own.on("error", () => {});
  // It must not keep a process alive: whoever waits has a timer that does.
  own.on("connect", () => own.stream?.unref?.());
  await own.connect();
  return own;
}

async function mastersOf(cluster: IoredisCluster): Promise<IoredisNode[]> {
  if (cluster.status === "wait") await cluster.connect().catch(() => {});
  if (cluster.status !== "ready")
    await new Promise<void>((resolve) => {
      const settled = () => {
        cluster.off("ready", settled);
        cluster.off("end", settled);
        resolve();
      };
      cluster.on("ready", settled);
      cluster.on("end", settled);
    });
  return cluster.nodes("master");
}
