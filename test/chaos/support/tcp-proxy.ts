import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Up is from whoever connected towards the server, down is back. */
export type Way = "up" | "down" | "both";

/** A network between two processes that loses nothing by itself: it stops, goes on, and breaks when told to. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** The port that new connections lead to. */
  target: number;
  /** From now on nothing passes that way, on old connections and new ones. What is sent stays on its way. */
  stall(way: Way): void;
  /** Everything passes again, and what was on its way arrives. */
  resume(): void;
  /** Breaks every connection; what was on its way is lost. New ones are let through. */
  cut(): void;
}

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** Listens on a free loopback port and passes bytes on to `target`. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  const stalled = { up: false, down: false };

  function flow({ client, upstream }: Link): void {
    pass(client, upstream, stalled.up);
    pass(upstream, client, stalled.down);
  }

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: proxy.target, host: "127.0.0.1", noDelay: true });
    const link = { client, upstream };
    links.add(link);
    const follow = (socket: Socket, other: Socket) => {
      socket.on("error", () => other.destroy());
      // Ended, not destroyed: what it has sent before it left still arrives.
      socket.on("close", () => {
        other.end();
        if (other.destroyed) links.delete(link);
      });
    };
    follow(client, upstream);
    follow(upstream, client);
    flow(link);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const reset = () => {
    for (const { client, upstream } of links) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  };
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    target,
    stall(way) {
      if (way !== "down") stalled.up = true;
      if (way !== "up") stalled.down = true;
      links.forEach(flow);
    },
    resume() {
      stalled.up = false;
      stalled.down = false;
      links.forEach(flow);
    },
    cut: reset,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      reset();
      await closed;
    },
  };
  return proxy;
}

/** A socket that nobody reads keeps its bytes, and soon those of its sender. */
function pass(from: Socket, to: Socket, stalled: boolean): void {
  from.unpipe(to);
  if (stalled) from.pause();
  else from.pipe(to);
}
