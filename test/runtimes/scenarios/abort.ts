import { LockTimeoutError } from "@holdfast/core";
import { check, equal, rejection, until } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

export const abort: Scenario = {
  name: "abort a wait",
  async run({ name, first, second }) {
    const held = await first.locks.acquire(name);
    const waiting = async () => (await first.locks.inspect(name)).waiting;
    const controller = new AbortController();
    const wait = rejection(
      second.locks.acquire(name, { waitMs: 20_000, signal: controller.signal }),
      "a wait that was aborted",
    );
    await until(async () => (await waiting()) === 1, "the waiter is in the queue");
    const reason = new Error("enough");
    controller.abort(reason);
    check((await wait) === reason, "an abort rejects with its own reason");
    await until(async () => (await waiting()) === 0, "the waiter has left the queue");
    await held.release();
    await (await second.locks.acquire(name, { waitMs: 0 })).release();
  },
};

export const timeOut: Scenario = {
  name: "time out",
  async run({ name, first, second }) {
    const held = await first.locks.acquire(name);
    const error = await rejection(second.locks.acquire(name, { waitMs: 1000 }), "a wait of one second");
    check(error instanceof LockTimeoutError, `${error} is no LockTimeoutError`);
    equal([error.code, error.lock], ["timeout", name], "the timeout");
    check(error.freeInMs > 10_000, `free in ${error.freeInMs} ms`);
    await held.release();
  },
};
