import { expect, test } from "vitest";
import { type Scene, SOON } from "../scene.ts";

/** What happens to locks, seen as it happens. */
export function watching(scene: () => Scene): void {
  test("a lock that is taken appears, and goes when it is given back", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    await visit.signIn();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByLabel("Name begins with").fill("watched:");
    await page.getByText("No lock in use begins with that.").waitFor();
    const lease = await scene().acquire("watched:1", { metadata: { host: "a" } });
    const row = page.getByRole("row").filter({ hasText: "watched:1" });
    await row.getByRole("cell", { name: "Mutex" }).waitFor();
    await page.getByText("1 lock in use.").waitFor();
    await scene().call("POST", "/v1/locks/watched%3A1/release", { owner: lease.owner });
    await row.waitFor({ state: "detached" });
    expect(visit.faults).toEqual([]);
  });

  test("a waiter moves up, and its hold is in the timeline", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    const first = await scene().acquire("queue:1");
    const second = scene().acquire("queue:1", { waitMs: 20_000, metadata: "second" });
    second.catch(() => {});
    await expect
      .poll(async () => (await scene().call("GET", "/v1/locks/queue%3A1")).json.waiting, SOON)
      .toBe(1);
    const third = scene().acquire("queue:1", { waitMs: 20_000, metadata: "third" });
    third.catch(() => {});
    await expect
      .poll(async () => (await scene().call("GET", "/v1/locks/queue%3A1")).json.waiting, SOON)
      .toBe(2);
    await visit.signIn();
    await visit.goto("#/locks/queue%3A1");
    const places = page.locator(".waiters > li");
    await places.filter({ hasText: "third" }).waitFor();
    expect(await places.locator(".place").allTextContents()).toEqual(["1", "2"]);

    await scene().call("POST", "/v1/locks/queue%3A1/release", { owner: first.owner, fence: first.fence });
    await expect.poll(() => places.allTextContents(), SOON).toEqual([expect.stringMatching(/^1.*third$/)]);
    await page.locator(".people").first().getByText("second").waitFor();
    await page.getByRole("row").filter({ hasText: "released" }).waitFor();
    await page.getByRole("img", { name: /^Timeline: [23] held/ }).waitFor();

    const { owner } = await second;
    await scene().call("POST", "/v1/locks/queue%3A1/release", { owner });
    await third;
    await page.getByText("Nobody waits.").waitFor();
    expect(visit.faults).toEqual([]);
  });

  test("a lock is broken only after it was asked for, with a reason that is kept", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    await scene().acquire("stuck");
    await visit.signIn();
    await visit.goto("#/locks/stuck");
    await page.getByRole("button", { name: "Force release" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect((await scene().call("GET", "/v1/locks/stuck")).json.held).toBe(true);

    await page.getByRole("button", { name: "Force release" }).click();
    await page.getByLabel("Reason").fill("its host is <gone>");
    await page.getByRole("button", { name: "Break the lock" }).click();
    await page.getByText("The lock was broken.").waitFor();
    await page.getByText("Nobody holds it.").waitFor();
    expect((await scene().call("GET", "/v1/locks/stuck")).json.held).toBe(false);
    await page.getByRole("row").filter({ hasText: "broken" }).getByText("its host is <gone>").waitFor();
    expect(await page.getByRole("button", { name: "Force release" }).isDisabled()).toBe(true);
    await page.getByRole("link", { name: "Audit" }).click();
    await page.getByRole("row").filter({ hasText: "stuck" }).getByText("its host is <gone>").waitFor();
    expect(visit.faults).toEqual([]);
  });

  test("without a network it says so, and catches up when it is back", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    const lease = await scene().acquire("away");
    await visit.signIn();
    await visit.goto("#/locks/away");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("Offline", { exact: true }).waitFor();
    await scene().call("POST", "/v1/locks/away/release", { owner: lease.owner, fence: lease.fence });
    await page.context().setOffline(false);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("row").filter({ hasText: "released" }).waitFor();
    await page.getByText("Nobody holds it.").waitFor();
    expect(visit.faults).toEqual([]);
  });

  test("a stream that breaks is taken up where it ended", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    const headers: (string | undefined)[] = [];
    let broken = false;
    await page.route("**/v1/events?name=taken-up", async (route) => {
      headers.push(route.request().headers()["last-event-id"]);
      if (broken) return route.continue();
      broken = true;
      const event = { id: "1-0", at: Date.now(), type: "acquired", name: "taken-up", actor: "somebody" };
      const body = `id: 1-0\nevent: lock\ndata: ${JSON.stringify(event)}\n\n`;
      return route.fulfill({ status: 200, contentType: "text/event-stream", body });
    });
    await visit.signIn();
    await visit.goto("#/locks/taken-up");
    await expect.poll(() => headers.includes("1-0"), SOON).toBe(true);
    await page.getByText("Live", { exact: true }).waitFor();
  });

  test("the overview counts what was granted", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    await visit.signIn();
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("heading", { name: "Grants per minute" }).waitFor();
    expect(await page.locator(".plot canvas").count()).toBe(3);
    // There are no nodes where locks live in one database.
    await expect.poll(() => visit.requests.some(({ url }) => url.endsWith("/v1/nodes"))).toBe(true);
    expect(await page.getByRole("heading", { name: "Nodes" }).count()).toBe(0);
    const grants = await page.locator(".facts dd").first().textContent();
    expect(Number(grants)).toBeGreaterThan(0);
    await page.getByText("As a table").first().click();
    expect(await page.locator(".plot").first().getByRole("row").count()).toBeGreaterThan(1);
    expect(visit.faults).toEqual([]);
  });
}
