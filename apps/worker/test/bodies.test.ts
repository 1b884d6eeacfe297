import { expect, test } from "vitest";
import { call, expectProblem, newName, post } from "./service.ts";

const MAX = 16 * 1024;
const padded = (length: number) => `{"waitMs":0${" ".repeat(length - 12)}}`;

test.each(["{", "{'a':1}", "undefined", "{}{}", " ", "\u0000", '{"a":1,}', "NaN"])(
  "%j is 400",
  async (body) => {
    expectProblem(await post(`${newName().path}/acquire`, body), 400, "malformed-json");
  },
);

test("bytes that are not UTF-8 are 400", async () => {
  const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
  expectProblem(await post(`${newName().path}/acquire`, body), 400, "malformed-json");
});

test.each(["[]", "null", "1", '"text"', "true"])("%s is JSON and no object: 422", async (body) => {
  const answer = await post(`${newName().path}/acquire`, body);
  expectProblem(answer, 422, "invalid-argument");
  expect(answer.json.errors).toEqual([{ field: "body", detail: expect.any(String) }]);
});

test('the key "__proto__" is a field like any other', async () => {
  const answer = await post(`${newName().path}/acquire`, '{"__proto__":{"waitMs":0},"waitMs":0}');
  expectProblem(answer, 422, "invalid-argument");
  expect(answer.json.errors[0].field).toBe("__proto__");
});

test("a name of a field that is too long to repeat is cut", async () => {
  const answer = await post(`${newName().path}/acquire`, { ["x".repeat(10_000)]: 1 });
  expectProblem(answer, 422, "invalid-argument");
  expect(answer.text.length).toBeLessThan(1000);
});

test("JSON nested as deeply as fits is an answer, not a crash", async () => {
  const deep = `{"metadata":${"[".repeat(8000)}${"]".repeat(8000)}}`;
  expectProblem(await post(`${newName().path}/acquire`, deep), 422, "invalid-argument");
});

test("16 KiB are taken, one byte more is 413, with and without its length told", async () => {
  expect((await post(`${newName().path}/acquire`, padded(MAX))).status).toBe(200);
  expectProblem(await post(`${newName().path}/acquire`, padded(MAX + 1)), 413, "body-too-large");
  expectProblem(
    await call("POST", `${newName().path}/acquire`, { stream: padded(MAX + 1) }),
    413,
    "body-too-large",
  );
  expect((await call("POST", `${newName().path}/acquire`, { stream: padded(MAX) })).status).toBe(200);
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "application/jsonx",
  "multipart/form-data; boundary=x",
])("Content-Type %s is 415", async (type) => {
  const answer = await post(`${newName().path}/acquire`, "{}", { headers: { "content-type": type } });
  expectProblem(answer, 415, "unsupported-media-type");
});

test.each(["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json"])(
  "Content-Type %s is JSON",
  async (type) => {
    const answer = await post(
      `${newName().path}/acquire`,
      { waitMs: 0 },
      { headers: { "content-type": type } },
    );
    expect(answer.status).toBe(200);
  },
);
