import { expect, test } from "vitest";
import { acquired, call, newName } from "./service.ts";

test("a name that nobody used is free", async () => {
  const { name, path } = newName();
  expect(await call("GET", path)).toMatchObject({
    status: 200,
    json: { name, held: false, holders: [], lastFence: 0 },
  });
});

test("shows holder, fence, times and metadata; the owner only as a hash", async () => {
  const { name, path } = newName();
  const lease = await acquired(path, { metadata: { job: "nightly" } });
  const answer = await call("GET", path);
  expect(answer).toMatchObject({
    status: 200,
    json: {
      name,
      held: true,
      holders: [{ fence: lease.fence, metadata: { job: "nightly" }, since: expect.any(Number) }],
      lastFence: lease.fence,
    },
  });
  expect(Math.abs(answer.json.holders[0].expiresAt - lease.expiresAt)).toBeLessThan(2000);
  expect(answer.text).toMatch(/"[0-9a-f]{40}"/);
  expect(answer.text).not.toContain(lease.owner);
});

test("HEAD says the same without a body", async () => {
  const answer = await call("HEAD", newName().path);
  expect(answer).toMatchObject({ status: 200, text: "" });
});
