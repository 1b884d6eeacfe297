import { expect, test } from "vitest";
import { acquired, expectProblem, newName, post } from "./service.ts";

test("200 with the lease from now on; its end never comes nearer", async () => {
  const { name, path } = newName();
  const { owner, fence, expiresAt } = await acquired(path, { ttlMs: 5000 });
  const longer = await post(`${path}/extend`, { owner, fence, ttlMs: 60_000 });
  expect(longer).toMatchObject({
    status: 200,
    json: { lease: { name, owner, fence, ttlMs: 60_000, mode: "exclusive" } },
  });
  expect(longer.json.lease.expiresAt).toBeGreaterThan(expiresAt + 50_000);
  expect(longer.json.lease.remainingMs).toBeGreaterThan(55_000);

  const shorter = await post(`${path}/extend`, { owner, fence, ttlMs: 1000 });
  expect(shorter.json.lease.remainingMs).toBeGreaterThan(50_000);
});

test("the fence is looked up for who does not send it, also under an attempt of its own", async () => {
  const plain = newName();
  const lease = await acquired(plain.path);
  expect((await post(`${plain.path}/extend`, { owner: lease.owner })).json.lease.fence).toBe(lease.fence);

  const named = newName();
  const attemptId = crypto.randomUUID();
  const second = await acquired(named.path, { attemptId });
  const answer = await post(`${named.path}/extend`, { owner: second.owner, attemptId });
  expect(answer.json.lease).toMatchObject({ fence: second.fence, attemptId });
});

test("409 lost for another owner, after release, and when never held", async () => {
  const { path } = newName();
  expectProblem(await post(`${path}/extend`, { owner: "somebody-else" }), 409, "lost");
  const { owner } = await acquired(path);
  expectProblem(await post(`${path}/extend`, { owner: "somebody-else" }), 409, "lost");
  expect((await post(`${path}/extend`, { owner })).status).toBe(200);
  await post(`${path}/release`, { owner });
  const answer = await post(`${path}/extend`, { owner });
  expectProblem(answer, 409, "lost");
  expect(answer.text).not.toContain(owner);
});

test.each([
  ["owner", {}],
  ["owner", { owner: "short" }],
  ["owner", { owner: 7 }],
  ["ttlMs", { owner: "long-enough", ttlMs: 1 }],
  ["fence", { owner: "long-enough", fence: -1 }],
  ["fence", { owner: "long-enough", fence: 2 ** 53 }],
  ["waitMs", { owner: "long-enough", waitMs: 1 }],
])("422 names the field %s in %j and repeats no value", async (field, body) => {
  const answer = await post(`${newName().path}/extend`, body);
  expectProblem(answer, 422, "invalid-argument");
  expect(answer.json.errors).toEqual([{ field, detail: expect.any(String) }]);
  expect(answer.text).not.toContain("long-enough");
});
