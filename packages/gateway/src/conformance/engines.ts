import { engines } from "@holdfast/testing/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { type Gateway, type GatewayOptions, startGateway } from "../index.ts";
import { Wire } from "./wire.ts";

/** Full access, as a client's token usually has it. */
export const TOKEN = "conformance-token";

/** A gateway on one engine, there while tests run; the database is empty at the start of each. */
export interface Fixture {
  readonly gateway: Gateway;
  /** Plain `fetch` to that gateway, with the token. */
  readonly wire: Wire;
}

/** Runs the same tests on embedded Valkey and on a real redis-server, each behind a gateway of its own. */
export function onEveryEngine(
  title: string,
  tests: (fixture: Fixture) => void,
  options: Omit<GatewayOptions, "port" | "redisUrl"> = {},
): void {
  for (const engine of engines()) {
    describe(`${title} [${engine.name}]`, () => {
      let gateway: Gateway | undefined;
      let stop = async (): Promise<void> => {};

      beforeAll(async () => {
        const running = await engine.start();
        stop = running.stop;
        gateway = await startGateway({ port: 0, tokens: TOKEN, ...options, ...running });
      });
      beforeEach(async () => {
        await gateway?.command("FLUSHALL");
        await gateway?.command("SCRIPT", "FLUSH");
      });
      afterEach(() => {
        gateway?.faults.clear();
      });
      afterAll(async () => {
        await gateway?.close();
        await stop();
      });

      const running = (): Gateway => {
        if (!gateway) throw new Error("the gateway is there only while tests run");
        return gateway;
      };
      tests({
        get gateway() {
          return running();
        },
        get wire() {
          return new Wire(running().url, TOKEN);
        },
      });
    });
  }
}
