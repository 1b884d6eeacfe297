import { expect, test, vi } from "vitest";
import { acquired, call, expectProblem, newName, post } from "./service.ts";

test("200 released, and the name is free", async () => {
  const { path } = newName();
  const { owner } = await acquired(path);
  const answer = await post(`${path}/release`, { owner });
  expect(answer).toMatchObject({ status: 200, json: { outcome: "released" } });
  expect((await call("GET", path)).json.held).toBe(false);
});

test("P3 a repetition with the fence answers the same, also when the next one has the name", async () => {
  const { path } = newName();
  const { owner, fence, expiresAt } = await acquired(path);
  const lease = { owner, fence, expiresAt };
  expect((await post(`${path}/release`, lease)).json).toEqual({ outcome: "released" });
  expect((await post(`${path}/release`, lease)).json).toEqual({ outcome: "released" });
  await acquired(path);
  expect((await post(`${path}/release`, lease)).json).toEqual({ outcome: "released" });
  expect((await call("GET", path)).json.held).toBe(true);
});

test.each([crypto.randomUUID(), "20261121", "00000007", "1e100000"])(
  "a lease of the attempt %s is extended and released with it",
  async (attemptId) => {
    const { path } = newName();
    const { owner, fence } = await acquired(path, { attemptId });
    expect((await post(`${path}/extend`, { owner, attemptId })).json.lease).toMatchObject({
      attemptId,
      fence,
    });
    expect((await post(`${path}/release`, { owner, attemptId })).json).toEqual({ outcome: "released" });
    expect((await call("GET", path)).json.held).toBe(false);
  },
);

test("200 lost for who does not hold it; the holder keeps it", async () => {
  const { path } = newName();
  const { owner } = await acquired(path);
  expect((await post(`${path}/release`, { owner: "somebody-else" })).json).toEqual({ outcome: "lost" });
  expect((await call("GET", path)).json.held).toBe(true);
  expect((await post(`${path}/release`, { owner })).json).toEqual({ outcome: "released" });
});

test("200 expired when the time that is sent along ran out and somebody else has the name", async () => {
  const { path } = newName();
  const { owner, fence, expiresAt } = await acquired(path, { ttlMs: 50 });
  await vi.waitFor(async () => expect((await post(`${path}/acquire`, { waitMs: 0 })).status).toBe(200));
  expect((await post(`${path}/release`, { owner, expiresAt })).json).toEqual({ outcome: "expired" });
  expect((await post(`${path}/release`, { owner, fence, expiresAt })).json).toEqual({ outcome: "expired" });
  expect((await post(`${path}/release`, { owner })).json).toEqual({ outcome: "lost" });
});

test.each([
  ["owner", undefined],
  ["owner", {}],
  ["expiresAt", { owner: "long-enough", expiresAt: "soon" }],
  ["ttlMs", { owner: "long-enough", ttlMs: 1000 }],
])("422 names the field %s in %j", async (field, body) => {
  const answer = await post(`${newName().path}/release`, body);
  expectProblem(answer, 422, "invalid-argument");
  expect(answer.json.errors).toEqual([{ field, detail: expect.any(String) }]);
});
