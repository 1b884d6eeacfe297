import { readFileSync } from "node:fs";
import { type Gateway, startGateway } from "@holdfast/gateway";
import { lockService } from "@holdfast/hono";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

// A token that may do what docs/service/deploy.md says and nothing else. On the engine it is the user that the gateway comes as.

const rulesIn = (page: string) =>
  /^ACL SETUSER \w+ on >TOKEN (.+)$/m
    .exec(readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8"))?.[1]
    ?.split(" ") ?? [];
const documented = rulesIn("service/deploy.md");
/** What locks need by themselves is tested there. */
const ofLocks = rulesIn("stores.md");
/** What the gateway and this test need besides. */
const OWN = ["+acl", "+command", "+info"];
const OPERATOR_KEY = "the-operators-key-of-the-acl-test";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ port: 0 });
});
afterAll(() => gateway?.close());
afterEach(() => restrict("allkeys", "allchannels", "+@all"));

const restrict = (...rules: string[]) => gateway.command("ACL", "SETUSER", "default", ...rules, ...OWN);

/** Every part of the service that has commands of its own; says which statuses were answered. */
async function everything(): Promise<string[]> {
  const redis = { url: gateway.url, token: "local-token" };
  const troubles: string[] = [];
  const app = lockService({
    redis,
    operatorKey: OPERATOR_KEY,
    onEvent: (event) => void (event.type === "trouble" && troubles.push(`trouble ${event.during}`)),
  });
  const statuses: string[] = [];
  let token = OPERATOR_KEY;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes
  const ask = async (method: string, path: string, body?: object): Promise<any> => {
    const works: Promise<unknown>[] = [];
    const context = {
      waitUntil: (work: Promise<unknown>) => void works.push(work),
      passThroughOnException() {},
      props: {},
    };
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(path === "/v1/events" && { "last-event-id": "0-1" }),
    };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const answer = await app.request(path, init, {}, context);
    if (!answer.ok) statuses.push(`${method} ${path}: ${answer.status}`);
    if (path === "/v1/events") return answer.body?.cancel();
    const text = await answer.text();
    await Promise.allSettled(works);
    return text.startsWith("{") ? JSON.parse(text) : text;
  };
  const rateLimit = { requests: 1000, windowMs: 60_000 };
  const rights = { scopes: ["locks:acquire", "locks:read", "locks:admin"], rateLimit };
  const made = await ask("POST", "/v1/keys", { label: "acl", tenant: "acme", ...rights });
  for (const key of [OPERATOR_KEY, made.key]) {
    token = key;
    const { lease } = await ask("POST", "/v1/locks/a/acquire", { waitMs: 0 });
    const waiting = ask("POST", "/v1/locks/a/acquire", { waitMs: 5000 });
    await ask("POST", "/v1/locks/a/extend", lease && { owner: lease.owner, attemptId: lease.attemptId });
    await ask("POST", "/v1/locks/a/release", lease && { owner: lease.owner, attemptId: lease.attemptId });
    await waiting;
    await ask("DELETE", "/v1/locks/a", { reason: "over" });
    await ask("POST", "/v1/locks/s/acquire", { kind: "semaphore", permits: 2 });
    await ask("POST", "/v1/locks/s/resize", { permits: 3 });
    await ask("POST", "/v1/locks/r/acquire", { kind: "read" });
    await ask("POST", "/v1/leases/acquire", { names: ["x", "y"] });
    await ask("POST", "/v1/latches/l/count-down", { count: 1 });
    for (const path of ["locks", "locks/a", "history", "overview", "events", "me", "keys", "audit"])
      await ask("GET", `/v1/${path}`);
    await ask("GET", "/metrics");
    await ask("GET", "/healthz");
  }
  token = OPERATOR_KEY;
  await ask("DELETE", `/v1/keys/${made.id}`);
  return [...statuses, ...troubles];
}

test("the service works with what the documentation lists", async () => {
  await restrict(...documented);
  expect(await everything()).toEqual([]);
  const stats = String(await gateway.command("INFO", "commandstats"));
  const unused = documented.filter(
    (rule) => rule.startsWith("+") && !ofLocks.includes(rule) && !stats.includes(`cmdstat_${rule.slice(1)}:`),
  );
  expect(unused).toEqual([]);
  for (const rule of ofLocks.filter((other) => other.startsWith("+"))) expect(documented).toContain(rule);
});
