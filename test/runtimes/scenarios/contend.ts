import { check, equal, pause } from "./expect.ts";
import type { Scenario } from "./scenario.ts";

const ROUNDS = 4;

export const contend: Scenario = {
  name: "contend",
  async run({ name, first, second }) {
    const tries = await Promise.all([first, second].map(({ locks }) => locks.tryAcquire(name)));
    const [lease, ...others] = tries.filter((one) => one !== null);
    check(lease !== undefined && others.length === 0, `${others.length + (lease ? 1 : 0)} of 2 got the lock`);
    await lease.release();

    let count = 0;
    let inside = 0;
    const section = async () => {
      check(++inside === 1, "two are inside at once");
      const before = count;
      await pause(2);
      count = before + 1;
      inside--;
    };
    const rounds = Array.from({ length: ROUNDS }, () =>
      [first, second].map(({ locks }) => locks.request(name, { waitMs: 20_000 }, section)),
    );
    await Promise.all(rounds.flat());
    equal(count, 2 * ROUNDS, "sections that counted");
  },
};
