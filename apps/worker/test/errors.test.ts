import { expect, inject, test, vi } from "vitest";
import { API_KEY, STORE_TOKEN } from "./credentials.ts";
import { acquired, call, expectProblem, newName, post } from "./service.ts";

const SECRET = "secret-of-a-caller";

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
