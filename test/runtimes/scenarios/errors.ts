import { createLocks, HoldfastError, restStore } from "@holdfast/core";
import { check, equal, rejection } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

export const errors: Scenario = {
  name: "errors",
  async run({ name, gatewayUrl: url, namespace, client }) {
    const { locks, traffic } = client();
    const mistakes = [
      () => locks.acquire(""),
      () => locks.acquire(name, { ttlMs: -1 }),
      () => locks.acquire(name, { ttlMs: 1.5 }),
      () => locks.acquire(name, { ttlms: 1000 } as never),
      () => locks.acquire("\u{1f512}".repeat(257)),
    ];
    for (const mistake of mistakes)
      equal(codeOf(await rejection(mistake(), `${mistake}`)), "invalid-argument", `${mistake}`);
    equal(traffic.requests, 0, "requests with options that cannot be");

    const stranger = createLocks({ store: restStore({ url, token: "not-the-token" }), namespace });
    equal(codeOf(await rejection(stranger.acquire(name), "a wrong token")), "unauthorized", "a wrong token");

    // Port 9 of this machine is closed: every platform has its own words for that.
    const nobody = restStore({
      url: "http://127.0.0.1:9",
      token: "token",
      timeoutMs: 1000,
      retry: { retries: 0 },
    });
    const lost = createLocks({ store: nobody, namespace });
    equal(codeOf(await rejection(lost.acquire(name), "a closed port")), "unavailable", "a closed port");
  },
};

function codeOf(error: unknown): string {
  check(error instanceof HoldfastError, `${error} is no HoldfastError`);
  return error.code;
}
