import { expect, test } from "vitest";
import { OPERATOR, type Scene, SOON } from "../scene.ts";

/** Who comes in, and what they are offered. */
export function accounts(scene: () => Scene): void {
  test("a wrong key is told so, and is kept nowhere", async () => {
    await using visit = await scene().open();
    await visit.signIn("hf_not-a-key-of-this-service");
    await visit.page.getByText("This key opens nothing here.").waitFor();
    expect(await visit.page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
    expect(visit.faults).toEqual([]);
  });

  test("the key goes into a header only; it outlasts a reload and is gone after signing out", async () => {
    await using visit = await scene().open();
    const { page, requests } = visit;
    await visit.signIn();
    await page.getByRole("heading", { name: "Locks" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Locks" }).waitFor();
    await expect.poll(() => requests.some(({ url }) => url.includes("/v1/events")), SOON).toBe(true);
    expect(requests.filter(({ url }) => url.includes(OPERATOR))).toEqual([]);
    for (const { url, authorization } of requests)
      expect(authorization, url).toBe(url.includes("/v1/") ? `Bearer ${OPERATOR}` : undefined);
    expect(await page.content()).not.toContain(OPERATOR);
    expect(page.url()).not.toContain(OPERATOR);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
    await page.reload();
    await page.getByLabel("API key").waitFor();
  });

  test("a read key may look and is offered nothing more", async () => {
    const { key } = await scene().makeKey("locks:read");
    const lease = await scene().acquire("read-only");
    await using visit = await scene().open();
    const { page } = visit;
    await visit.signIn(key);
    await page.getByRole("link", { name: lease.name, exact: true }).click();
    await page.getByRole("heading", { name: "Holder" }).waitFor();
    expect(await page.getByRole("button", { name: /Force release/ }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Keys" }).count()).toBe(0);
    await visit.goto("#/keys");
    await page.getByText("Your key may not manage keys").waitFor();
    expect(visit.faults).toEqual([]);
  });

  test("a key that may only take locks is told what it lacks", async () => {
    const { key } = await scene().makeKey("locks:acquire");
    await using visit = await scene().open();
    await visit.signIn(key);
    await visit.page.getByText("Your key may not look at locks.").waitFor();
    expect(await visit.page.getByText("locks:read").count()).toBe(1);
  });

  test("a key that is refused later ends the session", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    await visit.signIn();
    await page.getByRole("heading", { name: "Locks" }).waitFor();
    const { json } = await scene().call("GET", "/v1/me", undefined, "hf_revoked-meanwhile-by-somebody");
    await page.route("**/v1/overview*", (route) => route.fulfill({ status: 401, json }));
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByText("The key was refused").waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  test("keys are made, shown once and revoked; the audit knows", async () => {
    await using visit = await scene().open();
    const { page } = visit;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await visit.signIn();
    await page.getByRole("link", { name: "Keys" }).click();
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Label").fill("<b>checkout</b>");
    await page.getByLabel("Names begin with").fill("cart:\ninvoice:");
    await page.getByLabel("Lease, seconds").fill("60");
    await page.getByRole("button", { name: "Make the key" }).click();
    const key = await page.getByLabel("The key", { exact: true }).inputValue();
    expect(await scene().call("GET", "/v1/me", undefined, key)).toMatchObject({
      status: 200,
      json: { scopes: ["locks:acquire"], prefixes: ["cart:", "invoice:"], maxTtlMs: 60_000 },
    });
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied.").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
    await page.getByRole("button", { name: "I have it" }).click();
    const row = page.getByRole("row").filter({ hasText: "<b>checkout</b>" });
    await row.waitFor();
    expect(await page.content()).not.toContain(key);

    await row.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Revoke", exact: true }).click();
    await row.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Audit" }).click();
    await page.getByRole("row").filter({ hasText: "key revoked" }).first().waitFor();
    expect(visit.faults).toEqual([]);
  });
}
