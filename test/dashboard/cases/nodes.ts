import { expect, test } from "vitest";
import type { Scene } from "../scene.ts";

/** The databases that locks live on. */
export function nodes(scene: () => Scene): void {
  test("how each node is, and for whom it has voted", { timeout: 60_000 }, async () => {
    await using service = await scene().overNodes();
    await using visit = await scene().open();
    const { page } = visit;
    const taken = await service.call("POST", "/v1/locks/on-nodes/acquire", { waitMs: 0, ttlMs: 60_000 });
    expect(taken.status).toBe(200);
    await service.nodes[1]?.engine.restart();
    await service.nodes[2]?.close();

    await visit.signIn(undefined, undefined, service.url);
    await visit.goto("#/overview");
    const rows = page.getByRole("table", { name: "The databases that locks live on" }).getByRole("row");
    await rows.nth(3).waitFor();
    const cells = async (row: number) =>
      (await rows.nth(row).locator("th, td").allTextContents()).join(" | ");
    expect(await cells(1)).toMatch(/^node-1 \| votes \| \d+ ms$/);
    expect(await cells(2)).toMatch(/^node-2 \| barredvotes in (\d+ s|1 min) \| /);
    expect(await cells(3)).toMatch(/^node-3 \| no answer \| /);
    expect(await visit.accessibility()).toEqual([]);
    await visit.screenshot("nodes");

    await visit.goto("#/locks/on-nodes");
    const votes = page.getByRole("table", { name: "What each node says of this lock" }).getByRole("row");
    // Two of three do not have the lease: nobody is known to hold it.
    await votes.nth(3).waitFor();
    expect(await votes.nth(1).locator(".who").count()).toBe(1);
    await votes.nth(2).getByRole("cell", { name: "nobody" }).waitFor();
    expect(await visit.accessibility()).toEqual([]);
    expect(await visit.overflow()).toBe(0);
    await visit.screenshot("node-votes");
    expect(visit.faults).toEqual([]);
  });
}
