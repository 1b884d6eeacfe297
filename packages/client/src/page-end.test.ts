import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createClient } from "./create-client.ts";

// The end of a page, without a browser: what is sent, in which order, and what is believed afterwards.

interface Sent {
  readonly path: string;
  readonly body: { attemptId?: string; leases?: { name: string }[] };
  readonly keepalive: boolean;
  answer(body: object, status?: number): void;
}

let page: EventTarget;
let sent: Sent[];

beforeEach(() => {
  page = new EventTarget();
  sent = [];
  vi.stubGlobal("document", {});
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});
afterEach(() => vi.unstubAllGlobals());

const leave = () => page.dispatchEvent(new Event("pagehide"));
const lease = (owner: string | undefined, fence = 1) => ({
  lease: { fence, remainingMs: 30_000, owner, storeTime: Date.now() },
});
const until = (count: number) => vi.waitFor(() => expect(sent.length).toBe(count));
const clientOf = (options: object = {}) =>
  createClient({
    url: "https://locks.example/",
    token: "key",
    retry: { retries: 0 },
    ...options,
    fetch: (input, init) =>
      new Promise((resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        sent.push({
          path: new URL(String(input)).pathname,
          body: JSON.parse(String(init?.body)),
          keepalive: init?.keepalive === true,
          answer: (body, status = 200) => resolve(Response.json(body, { status })),
        });
      }),
  });
const ownerOf = ({ body }: Sent) => (body as { owner?: string }).owner;

it("tells the lease that it is lost before anything is sent, and then gives it back by a request that outlives the page", async () => {
  const client = clientOf();
  const taking = client.acquire("a", { ttlMs: 30_000 });
  await until(1);
  sent[0]?.answer(lease(ownerOf(sent[0])));
  const held = await taking;
  let sentWhenLost = -1;
  held.signal.addEventListener("abort", () => {
    sentWhenLost = sent.length;
  });
  leave();
  expect(sentWhenLost).toBe(1);
  expect(held.signal.reason).toMatchObject({ code: "lost", reason: "taken" });
  expect(sent.slice(1)).toMatchObject([
    { path: "/v1/leases/release", keepalive: true, body: { leases: [{ name: "a", fence: 1 }] } },
  ]);
  // Once is enough.
  leave();
  expect(sent.length).toBe(2);
});

it("does not believe a grant whose answer comes after, and asks anew under another name", async () => {
  const client = clientOf();
  const taking = client.acquire("a", { ttlMs: 30_000 });
  await until(1);
  leave();
  sent[0]?.answer(lease(ownerOf(sent[0])));
  await vi.waitFor(() => expect(sent.filter(({ path }) => path.endsWith("/acquire")).length).toBe(2));
  const [first, withdrawn] = sent;
  expect(withdrawn).toMatchObject({ path: "/v1/locks/a/withdraw", keepalive: true });
  expect(withdrawn?.body.attemptId).toBe(first?.body.attemptId);
  const again = sent.filter(({ path }) => path.endsWith("/acquire"))[1] as Sent;
  expect(again.body.attemptId).not.toBe(first?.body.attemptId);
  again.answer(lease(ownerOf(again), 2));
  expect((await taking).fence).toBe(2);
});

it("a waiter asks no more for the place that it had", async () => {
  const client = clientOf();
  const taking = client.acquire("a", { waitMs: 60_000, claimMs: 100 });
  await until(1);
  sent[0]?.answer({ queued: { position: 1, freeInMs: 9000, heldForMs: 1, storeTime: Date.now() } }, 202);
  const asked = () => sent.filter(({ path }) => path.endsWith("/acquire"));
  await vi.waitFor(() => expect(sent.some(({ path }) => path === "/v1/wake-ups")).toBe(true));
  const before = asked().length;
  leave();
  await vi.waitFor(() => expect(asked().length).toBeGreaterThan(before));
  const fresh = asked().at(-1) as Sent;
  expect(fresh.body.attemptId).not.toBe(sent[0]?.body.attemptId);
  for (const { body } of asked().slice(before)) expect(body.attemptId).toBe(fresh.body.attemptId);
  fresh.answer(lease(ownerOf(fresh)));
  await taking;
});

it("sends no more at once than a browser lets a page send at its end", async () => {
  const client = clientOf();
  const names = Array.from({ length: 300 }, (_, i) => `${i}-${"x".repeat(400)}`);
  const taking = names.map((name) => client.tryAcquire(name));
  await until(names.length);
  for (const one of sent) one.answer(lease(ownerOf(one)));
  await Promise.all(taking);
  sent.length = 0;
  leave();
  const bytes = sent.reduce((sum, { body }) => sum + JSON.stringify(body).length, 0);
  expect(sent.length).toBeGreaterThan(50);
  expect(bytes).toBeLessThanOrEqual(65_536);
});

it("leaves the page alone when told to, and after it was closed", async () => {
  const kept = clientOf({ releaseOnPageHide: false });
  const closed = clientOf();
  for (const client of [kept, closed]) {
    const taking = client.tryAcquire("a");
    await vi.waitFor(() => expect(sent.length).toBe(1));
    sent[0]?.answer(lease(ownerOf(sent[0] as Sent)));
    const held = await taking;
    sent.length = 0;
    if (client === closed) {
      const closing = client.close();
      await until(1);
      sent[0]?.answer({ outcome: "released" });
      await closing;
      sent.length = 0;
    }
    leave();
    expect(sent).toEqual([]);
    expect(held?.signal.aborted).toBe(client === closed);
  }
});
