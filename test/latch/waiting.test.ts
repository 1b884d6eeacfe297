import { LockTimeoutError } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { countingClock } from "../support/counting-clock.ts";
import { onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";
import { noStreams } from "../support/no-streams.ts";
import { recordKey } from "../support/server-view.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";
import { withoutLooks } from "./without-looks.ts";

onEveryEngine("latch: waiting", (f) => {
  expectNoUnhandledRejection();

  it("gives up after waitMs and says what is missing", async () => {
    const latch = f.client().locks.latch(f.name(), { count: 3 });
    await latch.countDown();
    const error = await latch.wait({ waitMs: 400 }).catch((error) => error);
    expect(error).toMatchObject({ name: "HoldfastError", code: "timeout" });
    expect(error).not.toBeInstanceOf(LockTimeoutError);
    expect(error.message).toMatch(/not open after 400 ms: 2 of 3/);
  });

  it("looks once with waitMs 0", async () => {
    const { locks, network } = await f.warmClient();
    const latch = locks.latch(f.name(), { count: 1 });
    await latch.remaining();
    network.clear();
    await expect(latch.wait({ waitMs: 0 })).rejects.toMatchObject({ code: "timeout" });
    expect(network.requests).toHaveLength(1);
  });

  it("waits as long as the client's default says", async () => {
    const latch = f.client({ defaults: { waitMs: 300 } }).locks.latch(f.name(), { count: 1 });
    await latch.remaining();
    await expect(latch.wait()).rejects.toMatchObject({ code: "timeout" });
  });

  it("is ended by an abort with the signal's reason, before and meanwhile, and lets go of everything", async () => {
    const clock = countingClock();
    const { locks, network } = f.client({ clock });
    const latch = locks.latch(f.name(), { count: 1 });
    const reason = new Error("enough");
    await expect(latch.wait({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(network.requests).toHaveLength(0);

    const cancel = new AbortController();
    const wait = latch.wait({ signal: cancel.signal, waitMs: Number.POSITIVE_INFINITY });
    await vi.waitFor(() => expect(network.requests.length).toBeGreaterThan(1));
    cancel.abort(reason);
    await expect(wait).rejects.toBe(reason);
    await vi.waitFor(() => expect(clock.pending).toBe(0), 10_000);
  });

  it("says unavailable, not timeout, when the store is silent", async () => {
    const { locks, network } = f.client({ timeoutMs: 50 });
    network.fail({ action: "hang", times: Number.POSITIVE_INFINITY });
    const error = await locks
      .latch(f.name(), { count: 1 })
      .wait({ waitMs: 400 })
      .catch((error) => error);
    expect(error.code).toBe("unavailable");
  });

  it("outlives a stream that breaks at the very moment of the opening", async () => {
    const name = f.name();
    const { locks, network } = f.client();
    const wait = locks.latch(name, { count: 1 }).wait({ waitMs: 15_000 });
    await vi.waitFor(() =>
      expect(network.requests.some(({ url }) => url.includes("/subscribe/"))).toBe(true),
    );
    f.gateway.faults.inject({ action: "cut-stream" });
    await f.client().locks.latch(name, { count: 1 }).countDown();
    await wait;
  });

  it("looks once more when its stream is open: nobody told what happened before", async () => {
    const name = f.name();
    const { locks, network } = f.client({ clock: withoutLooks(), timeoutMs: 5000 });
    const opening = gate();
    const latch = locks.latch(name, { count: 100 });
    f.gateway.faults.inject({
      action: "delay-request",
      delayMs: 400,
      when: ({ path }) => {
        if (path.startsWith("/subscribe/")) opening.open();
        return path.startsWith("/subscribe/");
      },
    });
    const wait = latch.wait({ waitMs: 10_000 });
    await opening.opened;
    const looks = network.requests.length;
    await f.client().locks.latch(name, { count: 100 }).countDown(100);
    await wait;
    expect(network.requests.length).toBe(looks + 1);
  });

  it("closes its stream when nobody waits any more", async () => {
    const name = f.name();
    const streams = () => f.gateway.command("PUBSUB", "CHANNELS", `holdfast:latch:${name}`);
    const latch = f.client().locks.latch(name, { count: 2 });
    const wait = latch.wait({ waitMs: 10_000 });
    await expect.poll(streams, { timeout: 10_000 }).toHaveLength(1);
    await latch.countDown(2);
    await wait;
    await expect.poll(streams, { timeout: 10_000 }).toEqual([]);
  });

  it("asks politely where nothing streams: ever less often while nothing moves", async () => {
    const { locks, network } = f.client({ fetch: noStreams });
    const latch = locks.latch(f.name(), { count: 1 });
    await latch.remaining();
    network.clear();
    await expect(latch.wait({ waitMs: 1500 })).rejects.toMatchObject({ code: "timeout" });
    // 40 ms, then half as much again each time, less a quarter of jitter.
    expect(network.requests.filter(({ commands }) => commands.length > 0).length).toBeLessThanOrEqual(10);
  });

  it("keeps an unfinished latch alive while somebody waits, and no longer", async () => {
    const name = f.name();
    const { locks } = f.client({ fetch: noStreams });
    const latch = locks.latch(name, { count: 2, keepMs: 1000 });
    await latch.countDown();
    await f.gateway.command("PEXPIRE", recordKey(name), "60");
    const wait = latch.wait({ waitMs: 15_000 });
    await vi.waitFor(async () => {
      expect(await f.gateway.command("PTTL", recordKey(name))).toBeGreaterThan(500);
    });
    await latch.countDown();
    await wait;
    await f.gateway.command("PEXPIRE", recordKey(name), "900");
    await latch.wait();
    expect(await f.gateway.command("PTTL", recordKey(name))).toBeLessThanOrEqual(900);
  });
});
