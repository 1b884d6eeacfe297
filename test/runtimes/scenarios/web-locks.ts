import { createLockManager } from "@holdfast/web-locks";
import { check, equal, rejection, until } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

/** Who is stolen from by another manager learns it from its next renewal. */
const TTL_MS = 1500;

export const webLocks: Scenario = {
  name: "@holdfast/web-locks",
  async run({ name, first, second }) {
    const [one, other] = [first, second].map(({ locks }) => createLockManager(locks, { ttlMs: TTL_MS }));
    if (!one || !other) return;
    const order: string[] = [];
    let end = (): void => {};
    const holding = one.request(name, () => {
      order.push("first");
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    await until(() => order.length === 1, "the first request is granted");
    equal(
      await other.request(name, { ifAvailable: true }, (lock) => lock),
      null,
      "ifAvailable of a held lock",
    );
    const waiting = other.request(name, { mode: "shared" }, ({ mode, fence }) => {
      order.push("second");
      return [mode, Number.isSafeInteger(fence)];
    });
    const pending = async () => (await one.query()).pending.filter((lock) => lock.name === name).length;
    await until(async () => (await pending()) === 1, "the second request waits");
    end();
    await holding;
    equal(await waiting, ["shared", true], "what the callback gave");
    equal(order, ["first", "second"], "order");

    const stolen = rejection(
      one.request(name, ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", reject))),
      "a request whose lock was stolen",
    );
    await until(async () => (await other.query()).held.some((lock) => lock.name === name), "it is held");
    equal(await other.request(name, { steal: true }, (lock) => lock?.mode), "exclusive", "steal");
    const error = await stolen;
    check(error instanceof DOMException && error.name === "AbortError", `${error} is no AbortError`);
  },
};
