import { expect, it } from "vitest";
import { createLocksOver } from "./create-locks-over.ts";
import type { LockCommands } from "./index.ts";

/** Grants whatever is asked for. */
const generous = {
  slotOf: () => 0,
  acquire: async (_target, { owner }, wish) => ({
    status: "granted",
    fence: 7,
    remainingMs: wish.ttlMs,
    owner,
    serverNow: 1,
  }),
  release: async () => true,
} as Partial<LockCommands> as LockCommands;

it("a connection tells every lease that has not ended that it was taken", async () => {
  let revoke = () => {};
  const locks = createLocksOver({
    commands: generous,
    revocable: (given) => {
      revoke = given;
    },
  });
  const [held, released] = [await locks.acquire("a"), await locks.acquire("b")];
  await released.release();
  revoke();
  expect(held.signal.reason).toMatchObject({ code: "lost", reason: "taken", fence: 7 });
  expect(released.signal.aborted).toBe(false);
  // What is granted later is another lease.
  expect((await locks.acquire("a")).signal.aborted).toBe(false);
});

it("a part of a connection that is no function is refused", () => {
  for (const part of ["subscribe", "revocable"])
    expect(() => createLocksOver({ commands: generous, [part]: "x" })).toThrow(`${part} must be a function`);
});
