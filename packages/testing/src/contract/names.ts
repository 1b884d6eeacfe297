import { expect, it } from "vitest";
import type { ContractClients } from "./clients.ts";

export function namesContract({ enqueue, locks, name }: ContractClients): void {
  it("P11 any string is a name of its own", async () => {
    const mine = await locks();
    const prefix = name();
    const endings = [
      " ",
      "  ",
      "\n",
      "{",
      "}",
      "{}",
      "%",
      "%0020",
      "*",
      "?",
      "[a]",
      "\\",
      ":queue",
      "ключ",
      "🔑",
      "\ud800",
      "\u0000",
    ];
    const names = [
      prefix,
      ...endings.map((ending) => prefix + ending),
      prefix + "x".repeat(512 - prefix.length),
    ];
    for (const one of names) expect(await mine.tryAcquire(one), JSON.stringify(one)).not.toBeNull();
    for (const one of names) expect((await mine.inspect(one)).name).toBe(one);
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await mine.list({ prefix, ...(cursor && { cursor }), limit: 1000 });
      listed.push(...page.locks.map((lock) => lock.name));
      cursor = page.cursor;
    } while (cursor);
    expect([...new Set(listed)].sort()).toEqual([...names].sort());
  });

  it("P11 a name in use as one kind is not taken as another", async () => {
    const mine = await locks();
    const lock = name();
    await mine.acquire(lock);
    const mismatch = { code: "kind-mismatch" };
    await expect(mine.readWrite(lock).read.tryAcquire()).rejects.toMatchObject(mismatch);
    await expect(mine.semaphore(lock, { permits: 1 }).tryAcquire()).rejects.toMatchObject(mismatch);
  });

  it("inspect shows holders and waiters with what they said of themselves, and no secret", async () => {
    const [ours, theirs] = [await locks(), await locks()];
    const lock = name();
    const metadata = { who: "ключ 🔑", n: 1, list: ["1", 1e21, null, true, "a  b"] };
    const lease = await ours.acquire(lock, { metadata });
    const caller = new AbortController();
    const [waiting] = await enqueue(lock, () =>
      theirs.acquire(lock, { metadata: "1", signal: caller.signal }),
    );
    const seen = await ours.inspect(lock);
    expect(seen).toMatchObject({
      kind: "mutex",
      held: true,
      lastFence: lease.fence,
      holders: [{ fence: lease.fence, metadata }],
      waiters: [{ position: 1, metadata: "1" }],
    });
    expect(JSON.stringify(seen)).not.toContain(lease.owner);
    caller.abort("seen");
    await expect(waiting).rejects.toBe("seen");
  });
}
