import { afterAll, beforeAll, expect, test } from "vitest";
import { BOUNDS } from "./counters.ts";
import { fenceAt, historyApp, recordAll, startTestService, type TestService } from "./test-service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

test("GET /metrics is Prometheus text that adds up, by tenant", async () => {
  const options = service.options();
  const now = Date.now();
  const acquired = (waitedMs: number) => ({
    type: "acquired" as const,
    name: "a",
    fence: fenceAt(now),
    waitedMs,
  });
  await recordAll(historyApp(options), [acquired(0), acquired(5), acquired(6), acquired(9_000_000)]);
  await recordAll(historyApp(options), [{ type: "released", name: "a", fence: fenceAt(now - 2000) }]);
  await recordAll(historyApp(options, { tenant: "acme" }), [
    { type: "queued", name: "a" },
    { type: "lost", name: "b" },
  ]);

  const answer = await historyApp(options).request("/metrics");
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const values = readExposition(await answer.text());

  const events = (tenant: string, type: string) =>
    values.get(`holdfast_lock_events_total{tenant="${tenant}",type="${type}"}`);
  expect([events("", "acquired"), events("", "released"), events("", "queued")]).toEqual([4, 1, 0]);
  expect([events("acme", "acquired"), events("acme", "queued"), events("acme", "lost")]).toEqual([0, 1, 1]);

  const waits = (suffix: string, le = "") =>
    values.get(`holdfast_lock_wait_seconds_${suffix}{tenant="",outcome="acquired"${le}}`);
  expect([waits("count"), waits("sum")]).toEqual([4, 9000.011]);
  expect(BOUNDS.map((bound) => waits("bucket", `,le="${bound / 1000}"`))).toEqual([
    2,
    ...BOUNDS.slice(1).map(() => 3),
  ]);
  expect(waits("bucket", ',le="+Inf"')).toBe(4);
  const holds = (le: string) =>
    values.get(`holdfast_lock_hold_seconds_bucket{tenant="",outcome="released",le="${le}"}`);
  expect([holds("1"), holds("5")]).toEqual([0, 1]);
});

test("GET /metrics shows a tenant its own", async () => {
  const options = service.options();
  for (const tenant of ["acme", "other"])
    await recordAll(historyApp(options, { tenant }), [{ type: "queued", name: "a" }]);
  const text = await (await historyApp(options, { tenant: "acme" }).request("/metrics")).text();
  expect(readExposition(text).get('holdfast_lock_events_total{tenant="acme",type="queued"}')).toBe(1);
  expect(text).not.toContain("other");
});

/** The samples, after the rules of the format and of `promtool check metrics`, as far as they concern text like this. */
function readExposition(text: string): Map<string, number> {
  expect(text.endsWith("\n")).toBe(true);
  const values = new Map<string, number>();
  const families = new Set<string>();
  let family = "";
  let type = "";
  let helped = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, what, about = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (what === "HELP") helped = about;
    else if (what === "TYPE") {
      expect(about, "HELP comes first").toBe(helped);
      expect(families.has(about), "all lines of a family are together").toBe(false);
      families.add(about);
      [family, type] = [about, rest];
      expect(type === "counter", "counters, and nothing else, end in _total").toBe(about.endsWith("_total"));
    } else {
      const [, name = "", labels = "", value = ""] =
        /^([a-z_]+)(?:\{((?:[a-z_]+="[^"\\\n]*"(?:,(?!\})|(?=\})))+)\})? (\d+(?:\.\d+)?)$/.exec(line) ?? [];
      expect(name.startsWith(family), line).toBe(true);
      const suffix = name.slice(family.length);
      expect(type === "histogram" ? ["_bucket", "_sum", "_count"] : [""], line).toContain(suffix);
      expect(suffix === "_bucket", "le is for buckets").toBe(labels.includes("le="));
      const series = `${name}{${labels}}`;
      expect(values.has(series), "a series comes once").toBe(false);
      values.set(series, Number(value));
    }
  }
  for (const [series, count] of values) checkHistogram(values, series, count);
  return values;
}

/** Buckets are cumulative, and the last holds as many as there are. */
function checkHistogram(values: Map<string, number>, series: string, count: number): void {
  const [, metric, labels] = /^(.+)_count\{(.+)\}$/.exec(series) ?? [];
  if (!metric) return;
  const buckets = [...values]
    .filter(([key]) => key.startsWith(`${metric}_bucket{${labels},le=`))
    .map(([, n]) => n);
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
  expect(buckets.at(-1)).toBe(count);
  expect(values.has(`${metric}_sum{${labels}}`)).toBe(true);
}
