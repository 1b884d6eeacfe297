import { createLocks, type LocksOptions, type RestStoreOptions, restStore } from "@holdfast/core";
import { afterEach, describe, expect, it } from "vitest";
import { expectMistake, expectThrownMistake, forbiddenFetch } from "../support/unsent.ts";

const network = forbiddenFetch();
const rest = { url: "https://example.upstash.io", token: "token", fetch: network.fetch };
const store = restStore(rest);

afterEach(() => expect(network.requests, "requests that left").toEqual([]));

describe("P12 createLocks", () => {
  const bad: [what: string, options: unknown, text: RegExp][] = [
    ["nothing", undefined, /createLocks options must be given as an object/],
    ["a URL in the place of options", rest.url, /createLocks options must be given as an object/],
    ["no store", {}, /needs a store/],
    ["a store that is none", { store: rest }, /needs a store/],
    ["the function that makes a store", { store: restStore }, /needs a store/],
    ["an empty namespace", { store, namespace: "" }, /namespace .* 1 to 64/],
    ["a namespace with a blank", { store, namespace: "my app" }, /namespace .* A-Z a-z 0-9/],
    ["a namespace with braces", { store, namespace: "a{b}" }, /namespace .* A-Z a-z 0-9/],
    ["a long namespace", { store, namespace: "x".repeat(65) }, /namespace .* 1 to 64/],
    ["a namespace that is no text", { store, namespace: 1 }, /namespace/],
    ["a default out of range", { store, defaults: { ttlMs: 0 } }, /ttlMs .* 10 to 86400000/],
    ["a fractional default", { store, defaults: { waitMs: 1.5 } }, /waitMs .* 0 to 2147483647/],
    ["a misspelt default", { store, defaults: { ttl: 1000 } }, /unknown default "ttl".*ttlMs/],
    ["a default that is none", { store, defaults: { metadata: 1 } }, /unknown default "metadata"/],
    ["defaults that are no object", { store, defaults: 30_000 }, /defaults must be given as an object/],
    [
      "defaults at odds",
      { store, defaults: { ttlMs: 60_000, renew: { maxHoldMs: 1000 } } },
      /renew\.maxHoldMs/,
    ],
    ["a listener that is no function", { store, onEvent: "log" }, /onEvent must be a function/],
    ["a waitUntil that is no function", { store, waitUntil: {} }, /waitUntil must be a function/],
    ["a clock that is none", { store, clock: {} }, /clock/],
    ["half a clock", { store, clock: { now: () => 0, wall: () => 0 } }, /clock/],
    ["a misspelt option", { store, onevent: () => {} }, /unknown createLocks option "onevent".*onEvent/],
  ];
  it.each(bad)("refuses %s", (_, options, text) => {
    expectThrownMistake(() => createLocks(options as LocksOptions), text);
  });

  it("refuses options that do not fit its defaults", async () => {
    const locks = createLocks({ store, defaults: { renew: { maxHoldMs: 60_000 } } });
    await expectMistake(() => locks.acquire("name", { ttlMs: 90_000 }), /renew\.maxHoldMs .*at least ttlMs/);
  });
});

describe("P12 restStore", () => {
  const bad: [what: string, options: unknown, text: RegExp][] = [
    ["nothing", undefined, /url/],
    ["no url", { ...rest, url: undefined }, /url .*UPSTASH_REDIS_REST_URL/],
    ["an empty url", { ...rest, url: "" }, /url/],
    ["a host without a protocol", { ...rest, url: "example.upstash.io" }, /url .*http/],
    ["the TCP url", { ...rest, url: "rediss://example.upstash.io:6379" }, /url .*http/],
    [
      "a url with a password",
      { ...rest, url: "https://u:p@example.upstash.io" },
      /url must not carry credentials/,
    ],
    ["a url with the token", { ...rest, url: "https://example.upstash.io/?_token=t" }, /url must not carry/],
    ["no token", { ...rest, token: undefined }, /token .*UPSTASH_REDIS_REST_TOKEN/],
    ["an empty token", { ...rest, token: "" }, /token/],
    ["a token with its header", { ...rest, token: "Bearer token" }, /token/],
    ["a token with a line break", { ...rest, token: "token\n" }, /token/],
    ["a token that is no text", { ...rest, token: 1 }, /token/],
    ["no time at all", { ...rest, timeoutMs: 0 }, /timeoutMs/],
    ["negative time", { ...rest, timeoutMs: -1 }, /timeoutMs/],
    ["fractional time", { ...rest, timeoutMs: 0.5 }, /timeoutMs/],
    ["time as text", { ...rest, timeoutMs: "5000" }, /timeoutMs/],
    ["endless time", { ...rest, timeoutMs: Number.POSITIVE_INFINITY }, /timeoutMs/],
    ["more time than a timer has", { ...rest, timeoutMs: 2_147_483_648 }, /timeoutMs .*2147483647/],
    ["negative retries", { ...rest, retry: { retries: -1 } }, /retries/],
    ["fractional retries", { ...rest, retry: { retries: 1.5 } }, /retries/],
    ["a negative pause", { ...rest, retry: { minDelayMs: -1 } }, /minDelayMs/],
    ["a pause as text", { ...rest, retry: { maxDelayMs: "1s" } }, /maxDelayMs/],
    ["a retry that is a number", { ...rest, retry: 5 }, /retry/],
    ["a retry that is false", { ...rest, retry: false }, /retry/],
    ["a misspelt retry", { ...rest, retry: { retry: 5 } }, /"retry".*retries/],
    ["a fetch that is no function", { ...rest, fetch: {} }, /fetch must be a function/],
    ["a clock that is none", { ...rest, clock: {} }, /clock/],
    ["a misspelt option", { ...rest, timeout: 5000 }, /"timeout".*timeoutMs/],
  ];
  it.each(bad)("refuses %s", (_, options, text) => {
    expectThrownMistake(() => restStore(options as RestStoreOptions), text);
  });

  it("repeats no secret in its complaints", () => {
    for (const options of [
      { ...rest, url: "https://user:secret@example.upstash.io" },
      { ...rest, url: "https://example.upstash.io/?_token=secret" },
      { ...rest, token: "secret token" },
    ])
      expectThrownMistake(() => restStore(options), /^(?!.*secret)/);
  });
});
