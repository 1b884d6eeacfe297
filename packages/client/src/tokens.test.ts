import { systemClock } from "@holdfast/core";
import { expect, it, vi } from "vitest";
import { createClient } from "./create-client.ts";
import { fixedToken, providedToken } from "./tokens.ts";

/** A clock on the wall that stands at `at.ms`. */
function wallAt(ms: number) {
  const at = { ms };
  return { at, clock: { ...systemClock, wall: () => at.ms, now: () => at.ms } };
}

const jwt = (expMs: number, id = "") =>
  `${btoa("{}")}.${btoa(JSON.stringify({ exp: expMs / 1000, id })).replaceAll("=", "")}.sig`;

it("asks once for all who need a token at the same time, and keeps it", async () => {
  const getToken = vi.fn(async () => "opaque");
  const tokens = providedToken(getToken, systemClock, 1000);
  expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual([
    "opaque",
    "opaque",
    "opaque",
  ]);
  await tokens.get();
  expect(getToken.mock.calls).toEqual([[{ refresh: false }]]);
});

it("refreshes before a JWT ends, and uses what is left of it while no newer one can be had", async () => {
  const { at, clock } = wallAt(1_000_000);
  const given = [jwt(1_300_000, "first")];
  const getToken = vi.fn(async ({ refresh }: { refresh: boolean }) => {
    if (refresh && given.length === 1) throw new Error("offline");
    return given.at(-1) as string;
  });
  const tokens = providedToken(getToken, clock, 1000);
  const first = await tokens.get();
  at.ms = 1_269_000;
  expect(await tokens.get()).toBe(first);
  expect(getToken).toHaveBeenCalledTimes(1);
  at.ms = 1_271_000;
  expect(await tokens.get()).toBe(first);
  expect(getToken).toHaveBeenLastCalledWith({ refresh: true });
  at.ms = 1_301_000;
  await expect(tokens.get()).rejects.toThrow("offline");
  given.push(jwt(2_000_000, "second"));
  expect(await tokens.get()).toBe(given[1]);
});

it("believes its clock less than the service: a token that is over when it comes is used until it is refused", async () => {
  const { clock } = wallAt(5_000_000);
  const getToken = vi.fn(async () => jwt(1_000_000));
  const tokens = providedToken(getToken, clock, 1000);
  const token = await tokens.get();
  await tokens.get();
  expect(getToken).toHaveBeenCalledTimes(1);
  expect(tokens.refuse(token)).toBe(true);
  await tokens.get();
  expect(getToken).toHaveBeenLastCalledWith({ refresh: true });
  // A refusal of the one before says nothing of the new one.
  tokens.refuse("another");
  await tokens.get();
  expect(getToken).toHaveBeenCalledTimes(2);
});

it("a fixed token is not had anew", () => {
  expect(fixedToken("a").refuse("a")).toBe(false);
});

/** A client whose service takes `good` only. */
function clientOf(getToken: (options: { refresh: boolean }) => string | Promise<string>, good = "good") {
  const asked: string[] = [];
  const client = createClient({
    url: "https://locks.example/",
    getToken,
    timeoutMs: 100,
    retry: { retries: 1, minDelayMs: 1, maxDelayMs: 1 },
    fetch: async (_, init) => {
      const token = new Headers(init?.headers).get("authorization")?.replace("Bearer ", "") ?? "";
      asked.push(token);
      if (token !== good) return Response.json({ code: "unauthorized" }, { status: 401 });
      return Response.json({ broken: true });
    },
  });
  return { client, asked };
}

it("is refreshed once after a 401, within the same try", async () => {
  const { client, asked } = clientOf(({ refresh }) => (refresh ? "good" : "stale"));
  expect(await client.forceRelease("x")).toBe(true);
  expect(asked).toEqual(["stale", "good"]);
  expect(await client.forceRelease("x")).toBe(true);
  expect(asked).toEqual(["stale", "good", "good"]);
});

it("a token that stays refused is unauthorized after the one refresh", async () => {
  const { client, asked } = clientOf(() => "stale");
  await expect(client.forceRelease("x")).rejects.toMatchObject({ code: "unauthorized" });
  expect(asked).toEqual(["stale", "stale"]);
});

it.each([
  ["hangs", () => new Promise<string>(() => {}), "getToken gave no token within 100 ms"],
  ["throws", () => Promise.reject(new Error("secret")), "getToken threw"],
  [
    "throws at once",
    () => {
      throw new Error("secret");
    },
    "getToken threw",
  ],
  ["gives nonsense", () => "two words", "getToken threw, or gave something else than a token"],
])("a provider that %s fails the call in time, by name", async (_, getToken, text) => {
  const { client, asked } = clientOf(getToken as () => string);
  const error = await client.acquire("x", { waitMs: 1000 }).catch((error) => error);
  expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(text) });
  expect(String(error)).not.toContain("secret");
  expect(asked).toEqual([]);
});

it("a provider that hung once is asked again", async () => {
  let calls = 0;
  const { client } = clientOf(() => (++calls === 1 ? new Promise<string>(() => {}) : "good"));
  expect(await client.forceRelease("x")).toBe(true);
});
