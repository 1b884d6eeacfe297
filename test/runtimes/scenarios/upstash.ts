import { createLocks } from "@holdfast/core";
import { upstashStore } from "@holdfast/upstash";
import { Redis } from "@upstash/redis";
import { equal } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

export const upstash: Scenario = {
  name: "@holdfast/upstash",
  async run({ name, namespace, gatewayUrl: url, token, first }) {
    const locks = createLocks({ store: upstashStore(new Redis({ url, token })), namespace });
    const lease = await locks.acquire(name, { metadata: "1" });
    equal((await locks.inspect(name)).holders[0]?.metadata, "1", "metadata that looks like a number");
    const waiting = first.locks.acquire(name, { waitMs: 20_000 });
    equal(await lease.release(), "released", "release");
    await (await waiting).release();
  },
};
