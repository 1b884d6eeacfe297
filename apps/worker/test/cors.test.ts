import { expect, test } from "vitest";
import { API_KEY } from "./credentials.ts";
import { type Answer, type Call, call, expectProblem, newName } from "./service.ts";

const APP = "https://app.example";
const env = { HOLDFAST_ALLOWED_ORIGINS: `${APP}, https://admin.example:8443\n` };

const from = (origin: string, more: Call = {}): Call => ({
  env,
  ...more,
  headers: { origin, ...more.headers },
});
const allowed = ({ headers }: Answer): string | null => headers.get("access-control-allow-origin");

const preflight = (origin: string): Promise<Answer> =>
  call("OPTIONS", `${newName().path}/acquire`, {
    env,
    key: null,
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });

test.each([APP, "https://admin.example:8443"])(
  "a page of %s may ask, without a key in the preflight",
  async (origin) => {
    const answer = await preflight(origin);
    expect(answer.status).toBe(204);
    expect(allowed(answer)).toBe(origin);
    expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
    const headers = answer.headers.get("access-control-allow-headers")?.toLowerCase().split(",");
    expect(headers).toEqual(expect.arrayContaining(["authorization", "content-type", "idempotency-key"]));
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  },
);

test("it may read every answer, problems too, and when to come back", async () => {
  const { path } = newName();
  const body = { waitMs: 0 };
  const got = await call("POST", `${path}/acquire`, from(APP, { body }));
  expect([got.status, allowed(got)]).toEqual([200, APP]);

  const held = await call("POST", `${path}/acquire`, from(APP, { body }));
  expectProblem(held, 409, "held");
  expect(allowed(held)).toBe(APP);
  expect(held.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(held.headers.get("access-control-expose-headers")).toContain("Retry-After");

  for (const refused of [
    await call("GET", path, from(APP, { key: "wrong" })),
    await call("GET", "/v1/nothing", from(APP)),
    await call("GET", "/v1/locks/%ff", from(APP)),
  ])
    expect(allowed(refused)).toBe(APP);
});

test.each(["https://evil.example", "https://app.example.evil.example", "http://app.example", "null"])(
  "a page of %s is told nothing",
  async (origin) => {
    expect(allowed(await preflight(origin))).toBeNull();
    expect(allowed(await call("GET", newName().path, from(origin)))).toBeNull();
  },
);

test("caches keep the answers for different origins apart", async () => {
  for (const origin of [APP, "https://evil.example"])
    expect((await call("GET", newName().path, from(origin))).headers.get("vary")).toMatch(/origin/i);
});

test("without the variable no page may read anything, and a preflight is a request like others", async () => {
  const options = { headers: { origin: APP } };
  expect(allowed(await call("GET", newName().path, options))).toBeNull();
  expectProblem(await call("OPTIONS", newName().path, { ...options, key: null }), 401, "unauthorized");
  expectProblem(
    await call("OPTIONS", newName().path, { ...options, key: API_KEY }),
    405,
    "method-not-allowed",
  );
});

test.each(["*", "app.example", `${APP}/`, `${APP}/path`, `${APP},nonsense`])(
  "%j is not a list of origins: 503 that names the variable",
  async (value) => {
    const answer = await call("GET", newName().path, { env: { HOLDFAST_ALLOWED_ORIGINS: value } });
    expectProblem(answer, 503, "misconfigured");
    expect(answer.json.detail).toContain("HOLDFAST_ALLOWED_ORIGINS");
  },
);
