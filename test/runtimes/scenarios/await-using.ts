import type { Lease } from "@holdfast/core";
import { equal } from "./expect.ts";
import type { World } from "./world.ts";

// Alone in its module: where the syntax is unknown, only this one cannot be loaded.

export async function awaitUsing({ name, first, second }: World): Promise<void> {
  let last: Lease;
  {
    await using lease = await first.locks.acquire(name);
    last = lease;
    equal(await second.locks.tryAcquire(name), null, "another's try inside the block");
  }
  equal(await last.release(), "released", "what the end of the block did");
  await using next = await second.locks.acquire(name, { waitMs: 0 });
  equal(next.signal.aborted, false, "lost");
}
