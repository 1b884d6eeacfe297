import { expect, it, vi } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { gate } from "../support/gate.ts";
import { look, PATIENCE } from "./queue.ts";

onEveryEngine("places", (f) => {
  it("a wait is told when it has its place, before anything else can happen to it", async () => {
    const name = f.name();
    const holder = await f.client().locks.acquire(name);
    const taken = gate();
    const places: string[] = [];
    const waiting = f.client().locks.acquire(name, {
      onPlace: (place) => {
        places.push(place);
        taken.open();
      },
    });
    await taken.opened;
    expect((await look(f, name)).waiting).toBe(1);
    await holder.release();
    await waiting;
    expect(places).toEqual(["taken"]);
  });

  it("nothing is told of a grant at once", async () => {
    const onPlace = vi.fn();
    await f.client().locks.acquire(f.name(), { onPlace });
    expect(onPlace).not.toHaveBeenCalled();
  });

  it("a wait that was aborted is told when nothing of it is left, however late that is", async () => {
    const name = f.name();
    await f.client().locks.acquire(name);
    const { locks, network } = f.client();
    const [taken, left] = [gate(), gate()];
    const stop = new AbortController();
    const waiting = locks.acquire(name, {
      signal: stop.signal,
      onPlace: (place) => (place === "taken" ? taken : left).open(),
    });
    await taken.opened;
    network.fail({ action: "delay-request", delayMs: 200 });
    const reason = new Error("enough");
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect((await look(f, name)).waiting).toBe(1);
    await left.opened;
    expect((await look(f, name)).waiting).toBe(0);
  });

  it("what a listener throws is dropped", async () => {
    const name = f.name();
    const holder = await f.client().locks.acquire(name);
    const onPlace = vi.fn(() => {
      throw new Error("not the lock's business");
    });
    const waiting = f.client().locks.acquire(name, { onPlace });
    await vi.waitFor(() => expect(onPlace).toHaveBeenCalled(), PATIENCE);
    await holder.release();
    expect((await waiting).fence).toBeGreaterThan(holder.fence);
  });
});
