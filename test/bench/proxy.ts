import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { exactTimer } from "../../packages/gateway/src/timer.ts";

/** A TCP connection with a network in between, for clients that do not speak HTTP. */
export interface DelayProxy {
  readonly port: number;
  /** Milliseconds that every chunk travels, each way. */
  delayMs: number;
  /** While true nothing passes in either direction and connections stay open. */
  silent: boolean;
  /** Breaks the connection on which the server answers next, instead of passing the answer on. */
  loseNextReply(): void;
  close(): void;
}

export async function startDelayProxy(targetPort: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  let losing = false;

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk) => pass(chunk, upstream));
    upstream.on("data", (chunk) => {
      if (losing) {
        losing = false;
        end();
      } else pass(chunk, client);
    });
  });

  function pass(chunk: Buffer, to: Socket): void {
    if (proxy.silent) return;
    // As exact as the gateway's own delay; what was set first for the same time comes first, so chunks stay in order.
    if (proxy.delayMs > 0) exactTimer(proxy.delayMs, () => to.writable && to.write(chunk));
    else to.write(chunk);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: DelayProxy = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    silent: false,
    loseNextReply() {
      losing = true;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}
