import { createGuard } from "@holdfast/core";
import { check, equal } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

export const fences: Scenario = {
  name: "fence and guard",
  async run({ name, namespace, first, second }) {
    const seen: number[] = [];
    for (const { locks } of [first, second, first, second]) {
      const lease = await locks.acquire(name);
      seen.push(lease.fence);
      await lease.release();
    }
    const [early = 0, late = 0] = seen;
    check(
      seen.every((fence, at) => Number.isSafeInteger(fence) && fence > (seen[at - 1] ?? 0)),
      `fences ${seen}`,
    );

    const key = `${namespace}-guarded`;
    const guard = createGuard({ store: second.store });
    equal((await guard.set(key, "late", { fence: late })).outcome, "written", "a write");
    equal((await guard.set(key, "early", { fence: early })).outcome, "stale", "a write that comes too late");
    equal(
      await guard.get(key, { fence: late }),
      { outcome: "read", fence: late, value: "late" },
      "what is there after both",
    );
    await guard.delete(key, { fence: late });
  },
};
