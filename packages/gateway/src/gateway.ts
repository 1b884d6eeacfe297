import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Engine } from "./engine/engine.ts";
import { readServerFacts } from "./engine/server-facts.ts";
import { Executor } from "./executor.ts";
import { type FaultControl, Faults } from "./faults.ts";
import { createApp } from "./http/app.ts";
import { Tokens } from "./http/tokens.ts";
import { Meter, type MeterReading } from "./meter.ts";
import { type GatewayOptions, parseOptions } from "./options.ts";
import { plainValue } from "./reply/plain.ts";

/** A running gateway. */
export interface Gateway {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Faults on demand; its methods throw unless the gateway was started with `faults: true`. */
  readonly faults: FaultControl;
  /** What clients have used, and a fresh start. */
  readonly meter: { read(): Promise<MeterReading>; reset(): Promise<void> };
  readonly engine: {
    readonly kind: "embedded" | "redis";
    /** Embedded: kills the engine and starts an empty one. By URL: drops all connections and opens new ones. */
    restart(): Promise<void>;
  };
  /**
   * Runs one command straight on the engine, past tokens, faults and meter.
   * @throws Error with the engine's text on an error reply.
   */
  command(...args: (string | number)[]): Promise<unknown>;
  /** Ends requests, streams, engine and connections. Calling it again does no harm. */
  close(): Promise<void>;
}

/**
 * Starts an Upstash-compatible REST server on an embedded Valkey, or in front of any Redis.
 *
 * @throws TypeError on an option that cannot be; EngineUnavailableError when the engine cannot be reached; the
 * system's error (`code` "EADDRINUSE") when the port is taken.
 * @example
 * const gateway = await startGateway({ port: 0 });
 * const redis = new Redis({ url: gateway.url, token: "local-token" });
 */
export const startGateway = async (options: GatewayOptions = {}): Promise<Gateway> => {
  const settings = parseOptions(options);
  const closing = new AbortController();
  const engine = new Engine({ redisUrl: settings.redisUrl, silenceMs: settings.engineTimeoutMs });
  const faults = new Faults(settings.faults, settings.latencyMs);
  const meter = new Meter(engine);
  let server: Server | undefined;

  const shutDown = async (): Promise<void> => {
    closing.abort();
    await engine.close();
    if (!server?.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };

  try {
    const facts = await readServerFacts(engine);
    await meter.reset();
    const app = createApp({
      engine,
      faults,
      meter,
      executor: new Executor(engine, facts),
      tokens: new Tokens(settings.tokens),
      adminTokens:
        settings.adminToken === undefined
          ? undefined
          : new Tokens([{ token: settings.adminToken, access: "full" }]),
      maxRequestBytes: settings.maxRequestBytes,
      closing: closing.signal,
    });
    server = createServer(app);
    server.listen(settings.port, settings.host);
    await once(server, "listening");
  } catch (error) {
    await shutDown();
    throw error;
  }

  const { address, port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    host: settings.host,
    port,
    faults,
    meter: { read: () => meter.read(), reset: () => meter.reset() },
    engine: {
      kind: engine.kind,
      async restart() {
        // What the old engine has counted would be lost with it.
        await meter.look().catch(() => {});
        await engine.restart();
      },
    },
    async command(...args) {
      const reply = await meter.apart(args.map(String));
      if (reply instanceof Error) throw new Error(reply.message);
      return plainValue(reply);
    },
    close: () => {
      closed ??= shutDown();
      return closed;
    },
  };
};
