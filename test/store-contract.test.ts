import { restStore } from "@holdfast/core";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { storeContract } from "@holdfast/testing/contract";
import { engines, type RunningEngine } from "@holdfast/testing/node";
import { afterAll, beforeAll, describe } from "vitest";

describe.concurrent.each(engines())("$name", (engine) => {
  const token = "contract-token";
  let running: RunningEngine | undefined;
  let gateway: Gateway | undefined;
  beforeAll(async () => {
    running = await engine.start();
    gateway = await startGateway({ port: 0, tokens: token, ...running });
  });
  afterAll(async () => {
    await gateway?.close();
    await running?.stop();
  });

  storeContract({ name: "restStore", makeStore: () => restStore({ url: gateway?.url ?? "", token }) });
});
