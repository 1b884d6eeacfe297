import { HoldfastError } from "@holdfast/core";
import { expect, inject, test, vi } from "vitest";
import { toProblem } from "../src/errors.ts";
import { API_KEY, STORE_TOKEN } from "./credentials.ts";
import { acquired, call, expectProblem, newName, post } from "./service.ts";

const SECRET = "secret-of-a-caller";

test("500 for what should not happen; the log says where, and neither says what was sent", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const problem = toProblem(new TypeError(`cannot read ${SECRET}\nand more ${SECRET}`));
  expect(problem).toMatchObject({ status: 500, code: "internal" });
  expect(problem.message).not.toContain(SECRET);
  expect(log).toHaveBeenCalledOnce();
  const logged = log.mock.calls.flat().join("\n");
  expect(logged).toMatch(/^unexpected\nTypeError\n\s+at /);
  expect(logged).not.toContain(SECRET);
  expect(toProblem(SECRET).message).not.toContain(SECRET);
  expect(log.mock.calls.flat().join("\n")).not.toContain(SECRET);
  log.mockRestore();
});

test.each([
  ["invalid-argument", 422, "invalid-argument"],
  ["lost", 409, "lost"],
  ["attempt-ended", 409, "attempt-ended"],
  ["kind-mismatch", 409, "kind-mismatch"],
  ["unavailable", 503, "unavailable"],
  ["unauthorized", 503, "misconfigured"],
  ["refused", 503, "refused"],
] as const)("the SDK's code %s is %i %s", (code, status, expected) => {
  expect(toProblem(new HoldfastError(code, "text"))).toMatchObject({ status, code: expected });
});

test("409 for a name whose key is something else", async () => {
  const { name, path } = newName();
  const response = await fetch(inject("gatewayUrl"), {
    method: "POST",
    headers: { authorization: `Bearer ${STORE_TOKEN}` },
    body: JSON.stringify(["SADD", `holdfast:{${name}}`, "not a lock"]),
  });
  expect(response.status).toBe(200);
  expectProblem(await post(`${path}/acquire`, { waitMs: 0 }), 409, "kind-mismatch");
});

test("P10 no answer repeats an owner, a key or a token", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { path } = newName();
  const { owner } = await acquired(path);
  const answers = await Promise.all([
    post(`${path}/acquire`, { waitMs: 0 }),
    post(`${path}/extend`, { owner, ttlMs: -1 }),
    post(`${path}/extend`, { owner, [owner.slice(0, 4)]: 1 }),
    post(`${path}/release`, { owner: [owner] }),
    post(`${path}/extend`, { owner }, { env: { UPSTASH_REDIS_REST_TOKEN: SECRET } }),
    call("GET", path, { env: { HOLDFAST_API_KEY: SECRET } }),
    call("GET", path),
  ]);
  for (const { text, headers } of answers)
    for (const secret of [owner, API_KEY, STORE_TOKEN, SECRET])
      expect(text + JSON.stringify([...headers])).not.toContain(secret);
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
});
