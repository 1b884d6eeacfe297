import { RedisClient } from "@redis/client";
import { expect, test, vi } from "vitest";
import { Connection } from "./connection.ts";

test("gateways of one process share the client's class, however often their engines refuse them", async () => {
  const made = vi.spyOn(RedisClient, "factory");
  for (const port of [1, 2, 1])
    await expect(Connection.open({ url: `redis://127.0.0.1:${port}` }, { silenceMs: 1000 })).rejects.toThrow(
      "cannot be reached",
    );
  expect(made).not.toHaveBeenCalled();
});
