import { expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { enqueue, look, mortal, onEveryWay } from "./queue.ts";

onEveryWay("P6 nobody passes", (fixture, client) => {
  it("P6 tryAcquire does not take a name that somebody waits for", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const [waiting] = await enqueue(fixture, name, [() => client().locks.acquire(name)]);
    const passing = client();
    expect(await passing.locks.tryAcquire(name)).toBeNull();
    await holder.release();
    expect(await passing.locks.tryAcquire(name)).toBeNull();
    const lease = await waiting;
    expect((await look(fixture, name)).lastFence).toBe(lease?.fence);
  });

  it("P6 who comes between the release and the news of it to the next one waits behind", async () => {
    const name = fixture.name();
    const holder = await client().locks.acquire(name);
    const { fetch, die } = mortal();
    await enqueue(fixture, name, [
      () => client({ fetch }).locks.acquire(name, { claimMs: 300, metadata: "next" }),
    ]);
    die();
    await holder.release();
    // The release has handed the name on, before anybody asks.
    expect((await look(fixture, name)).holders[0]?.metadata).toBe("next");
    const late = client().locks.acquire(name, { metadata: "late" });
    expect(await client().locks.tryAcquire(name)).toBeNull();
    expect((await look(fixture, name)).holders[0]?.metadata).toBe("next");
    await (await late).release();
  });

  it("P6 the holder does not get the name again before those who wait", async () => {
    const name = fixture.name();
    const served: string[] = [];
    const enough = gate();
    const greedy = client().locks;
    let lease = await greedy.acquire(name);
    const [waiting] = await enqueue(fixture, name, [
      async () => {
        const lease = await client().locks.acquire(name);
        served.push("waiter");
        enough.open();
        await lease.release();
      },
    ]);
    await lease.release();
    lease = await greedy.acquire(name);
    served.push("holder again");
    await enough.opened;
    await waiting;
    expect(served).toEqual(["waiter", "holder again"]);
    await lease.release();
  });
});
