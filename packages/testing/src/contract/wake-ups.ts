import { expect, it, vi } from "vitest";
import type { ContractClients } from "./clients.ts";
import { scriptOf } from "./script.ts";

export function wakeUpContract({ store, name }: ContractClients): void {
  const publish = () => scriptOf("return redis.call('PUBLISH', ARGV[1], ARGV[2])");

  it("what is published after subscribe resolved is heard, in order, once, on this channel only", async ({
    skip,
  }) => {
    const [speaker, listener] = [await store(), await store()];
    if (!listener.subscribe) return skip("this store has no wake-ups; its waiters poll");
    const [channel, other, key] = [name(), name(), name()];
    const heard: string[] = [];
    const stop = new AbortController();
    await listener.subscribe(channel, (message) => heard.push(message), stop.signal);
    const messages = [
      "granted a,b 1 2 3",
      "",
      "ключ 🔑",
      ...Array.from({ length: 50 }, (_, i) => `message ${i}`),
    ];
    for (const message of messages) {
      // From one place: what is published by several servers of a cluster may overtake each other.
      await speaker.run(await publish(), [key], [channel, message]);
      await speaker.run(await publish(), [key], [other, "not for this one"]);
    }
    await vi.waitFor(() => expect(heard).toHaveLength(messages.length), 5000);
    expect(heard).toEqual(messages);
    stop.abort();
  });

  it("a subscription ends with its signal, on the server too, and tells that it is over", async ({
    skip,
  }) => {
    const [speaker, listener] = [await store(), await store()];
    if (!listener.subscribe) return skip("this store has no wake-ups; its waiters poll");
    const channel = name();
    // In a cluster each server counts its own listeners, so all of them are asked.
    const places = Array.from({ length: speaker.slotOf ? 50 : 1 }, () => name());
    const reached = async () => {
      const script = await publish();
      const counts = await Promise.all(
        places.map((key) => speaker.run(script, [key], [channel, "anybody?"])),
      );
      return Math.max(...(counts as number[]));
    };
    const stop = new AbortController();
    const { closed } = await listener.subscribe(channel, () => {}, stop.signal);
    expect(await reached()).toBe(1);
    stop.abort();
    await closed;
    await vi.waitFor(async () => expect(await reached()).toBe(0), 5000);
    // The store goes on working, and listens again.
    expect(await listener.run(await scriptOf("return 1"), [name()], [])).toBe(1);
    const again = new AbortController();
    await listener.subscribe(channel, () => {}, again.signal);
    expect(await reached()).toBe(1);
    again.abort();
  });

  it("a signal that has aborted subscribes to nothing", async ({ skip }) => {
    const listener = await store();
    if (!listener.subscribe) return skip("this store has no wake-ups; its waiters poll");
    await expect(listener.subscribe(name(), () => {}, AbortSignal.abort())).rejects.toBeDefined();
  });
}
