import { expect, test } from "vitest";
import { type Scene, SOON } from "../scene.ts";

const HOSTILE = [
  ["hostile:<img src=x onerror=alert(1)>", "hostile:<img src=x onerror=alert(1)>"],
  ["hostile:</script><script>alert(2)</script>", "hostile:</script><script>alert(2)</script>"],
  ["hostile:\u202egnp.exe\u202c", "hostile:U+202Egnp.exeU+202C"],
  ["hostile:a\u0000b\nc\td", "hostile:aU+0000bU+000AcU+0009d"],
  ["hostile:שלום", "hostile:שלום"],
  ["hostile:a/../b?c#d%2F", "hostile:a/../b?c#d%2F"],
  ["hostile:javascript:alert(3)//", "hostile:javascript:alert(3)//"],
  [`hostile:${"w".repeat(504)}`, `hostile:${"w".repeat(504)}`],
  ["hostile: trailing  ", "hostile: trailingU+0020U+0020"],
] as const;

/** Names and metadata that were chosen to do harm. */
export function names(scene: () => Scene): void {
  test("whatever is in a name stays text, in the table and on its page", async () => {
    const metadata = { html: "<img src=x onerror=alert(4)>", bidi: "\u202eabc", long: "m".repeat(900) };
    for (const [name] of HOSTILE) await scene().acquire(name, { metadata });
    // No URL can carry half a surrogate pair, so only the SDK locks it, and it has no page.
    await scene().beside().acquire("hostile:\ud800", { ttlMs: 60_000 });
    await using visit = await scene().open();
    const { page } = visit;
    await visit.signIn();
    await page.getByLabel("Name begins with").fill("hostile:");
    const links = page.locator(".row-link");
    await expect
      .poll(async () => (await links.allTextContents()).toSorted(), SOON)
      .toEqual([...HOSTILE.map(([, text]) => text), "hostile:U+D800"].toSorted());
    const shown = await links.allTextContents();
    expect(await page.locator(".row-link:not([href])").allTextContents()).toEqual(["hostile:U+D800"]);
    expect(await visit.overflow()).toBe(0);
    await visit.screenshot("hostile-names");

    const addresses = await page
      .locator(".row-link")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    for (const [name, text] of HOSTILE) {
      const address = addresses[shown.indexOf(text)] ?? "";
      expect(address).toBe(`#/locks/${encodeURIComponent(name)}`);
      await visit.goto(address);
      await page.locator("h1").filter({ hasText: text }).waitFor();
      await page.locator(".state[data-held=true]").waitFor();
      expect(await page.locator("h1").textContent()).toBe(text);
      const metadataShown = await page.locator(".metadata").textContent();
      expect(metadataShown).toContain('"<img src=x onerror=alert(4)>"');
      expect(metadataShown).toContain("U+202Eabc");
      expect(await visit.overflow()).toBe(0);
    }
    expect(await page.locator("img:not(.brand img)").count()).toBe(0);
    expect(visit.faults).toEqual([]);
  });
}
