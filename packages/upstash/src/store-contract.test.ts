import { storeContract } from "@holdfast/testing/contract";
import { describe } from "vitest";
import { upstashStore } from "./index.ts";
import { CLIENTS, testGateway } from "./test-gateway.ts";

const run = testGateway();

// As people set it up, and the oldest client that works.
const clients = CLIENTS.filter(([name]) => name === "defaults" || name.startsWith("@upstash/redis"));

describe.concurrent.each(clients)("over a client with %s", (client, options) => {
  storeContract({ name: `upstashStore, ${client}`, makeStore: () => upstashStore(run.redis(options)) });
});
