import { createLocks, restStore } from "@holdfast/core";
import { createMutexes, restStore as mutexStore } from "@holdfast/core/mutex";
import { check, equal } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

export const acquire: Scenario = {
  name: "acquire",
  async run({ name, namespace, gatewayUrl: url, token }) {
    // With no fetch of ours: the platform's own has to be called the way the platform wants it.
    const locks = createLocks({ store: restStore({ url, token }), namespace });
    const lease = await locks.acquire(name, { metadata: { by: "é" } });
    equal([lease.name, lease.mode, lease.signal.aborted], [name, "exclusive", false], "the lease");
    check(Number.isSafeInteger(lease.fence) && lease.fence > 0, `fence ${lease.fence}`);
    const left = lease.remainingMs();
    check(left > 15_000 && left <= 30_000, `${left} ms remain of 30 s`);

    const { held, kind, holders } = await locks.inspect(name);
    equal([held, kind, holders[0]?.metadata], [true, "mutex", { by: "é" }], "what is seen of it");
    check((await lease.extend(60_000)) > left, "an extension makes it last longer");
    equal(await lease.release(), "released", "release");
    equal((await locks.inspect(name)).held, false, "held after release");
  },
};

export const mutexEntry: Scenario = {
  name: "@holdfast/core/mutex",
  async run({ name, namespace, gatewayUrl: url, token }) {
    const mutexes = createMutexes({ store: mutexStore({ url, token }), namespace });
    const inside = await mutexes.request(name, async (lease) => {
      equal(await mutexes.tryAcquire(name), null, "a second lease");
      return lease.name;
    });
    equal(inside, name, "what the function gave");
  },
};
