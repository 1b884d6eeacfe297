import { expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { type ClientProcess, startClientProcess } from "./support/client-process.ts";
import type { Count } from "./support/client-program.ts";
import { type CounterFile, type FenceCheck, startCounterFile } from "./support/counter-file.ts";
import { onRealProcesses, startScene } from "./support/scene.ts";

const OPTIONS = { ttlMs: 800, waitMs: 15_000 };

interface Told {
  /** Who was paused. */
  readonly older: Count;
  readonly later: Count;
}

/** Counts. On a machine that is too busy for the lease it takes another one. */
async function count(client: ClientProcess): Promise<Count> {
  for (;;) {
    const told = await client.ask("count", "counter", OPTIONS);
    if (told !== "unlocked") return told;
  }
}

/** How far the later holder is when the older one thaws. */
type Progress = "has written" | "has read";

/**
 * One holder counts and is frozen, exactly between its last look at its lease and its write. Another one has its turn
 * and counts as well. Then the first one thaws.
 */
async function pausedBeforeWriting(
  check: FenceCheck,
  progress: Progress,
  afterwards: (told: Told, counter: CounterFile, later: ClientProcess) => Promise<void> | void,
): Promise<void> {
  await using scene = await startScene();
  const laterHasRead = gate();
  const olderIsDone = gate();
  await using counter = await startCounterFile({
    check,
    async onRead(pid) {
      if (pid === older.pid) return true;
      laterHasRead.open();
      if (progress === "has read") await olderIsDone.opened;
      return false;
    },
  });
  await using older = await startClientProcess(scene.url, counter.url);
  await using later = await startClientProcess(scene.url, counter.url);

  const olderCounts = count(older);
  await older.frozen();
  const laterCounts = count(later);
  await (progress === "has written" ? laterCounts : laterHasRead.opened);
  older.thaw();
  const olderTold = await olderCounts;
  olderIsDone.open();
  await afterwards({ older: olderTold, later: await laterCounts }, counter, later);
}

onRealProcesses("a counter, and a holder that is paused right before it writes", () => {
  it("loses an update under the lock alone", () =>
    pausedBeforeWriting("none", "has written", (told, counter) => {
      expect(told).toEqual({ older: "accepted", later: "accepted" });
      expect(counter).toMatchObject({ accepted: 2, value: 1 });
    }));

  it("loses an update where only writes show their fence, and the later holder has read but not written", () =>
    pausedBeforeWriting("writes", "has read", (told, counter) => {
      expect(told).toEqual({ older: "accepted", later: "accepted" });
      expect(counter).toMatchObject({ accepted: 2, value: 1 });
    }));

  it.each<Progress>(["has written", "has read"])(
    "P2 loses none where reads and writes show their fence, when the later holder %s",
    (progress) =>
      pausedBeforeWriting("reads and writes", progress, async (told, counter, later) => {
        expect(told).toEqual({ older: "refused", later: "accepted" });
        expect(counter).toMatchObject({ accepted: 1, refused: 1, value: 1 });
        expect(await count(later)).toBe("accepted");
        expect(counter).toMatchObject({ accepted: 2, value: 2 });
      }),
  );
});
