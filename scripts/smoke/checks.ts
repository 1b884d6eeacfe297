import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, expectStatus, expectThat } from "./api.ts";

/** What the checks share: the lease that is held at present, so that it can be given back whatever happens. */
export interface Scene {
  readonly api: Api;
  /** Of a lock that nobody else uses. It begins as the key's names must. */
  name: string;
  lease: { owner: string; attemptId: string; fence: number; remainingMs: number } | undefined;
  scopes: readonly string[];
}

/** Throws if it is not as it should be; "skipped" with why, if it cannot be tried. */
type Check = (scene: Scene) => Promise<string | undefined>;

const TTL_MS = 20_000;
const HEAD_START_MS = 500;

export const CHECKS: Record<string, Check> = {
  "the service and its database answer": async ({ api }) => {
    expectStatus(await api.get("/healthz"), 200);
    return undefined;
  },
  "the API describes itself": async ({ api }) => {
    const { json } = expectStatus(await api.get("/openapi.json"), 200);
    expectThat(/^3\.1/.test(json.openapi), "no OpenAPI 3.1");
    expectThat(json.paths?.["/v1/locks/{name}/acquire"] !== undefined, "without the locks");
    return undefined;
  },
  "a wrong key is refused": async ({ api }) => {
    const { json } = expectStatus(await api.stranger().get("/v1/me"), 401);
    expectThat(json.code === "unauthorized", `with the code ${json.code}`);
    return undefined;
  },
  "the key may take locks": async (scene) => {
    const { json } = expectStatus(await scene.api.get("/v1/me"), 200);
    scene.scopes = json.scopes;
    scene.name = `${json.prefixes[0]}smoke-${randomUUID()}`;
    expectThat(json.scopes.includes("locks:acquire"), "it lacks the scope locks:acquire");
    return undefined;
  },
  "a lock is taken": async (scene) => {
    const { json } = expectStatus(await scene.api.post(at(scene, "acquire"), { ttlMs: TTL_MS }), 200);
    scene.lease = json.lease;
    expectThat(Number.isSafeInteger(json.lease.fence), "without a fence");
    return undefined;
  },
  "and is not given twice": async (scene) => {
    const { json } = expectStatus(await scene.api.post(at(scene, "acquire"), { waitMs: 0 }), 409);
    expectThat(json.code === "held", `with the code ${json.code}`);
    return undefined;
  },
  "it is kept for longer": async (scene) => {
    const { owner, attemptId, fence } = held(scene);
    const body = { owner, attemptId, fence, ttlMs: 2 * TTL_MS };
    const { json } = expectStatus(await scene.api.post(at(scene, "extend"), body), 200);
    expectThat(json.lease.remainingMs > TTL_MS, `only ${json.lease.remainingMs} ms`);
    return undefined;
  },
  "it can be seen": async (scene) => {
    if (!scene.scopes.includes("locks:read")) return "the key lacks the scope locks:read";
    const { json, text } = expectStatus(await scene.api.get(at(scene)), 200);
    expectThat(json.held === true, "but not as held");
    expectThat(!text.includes(held(scene).owner), "and shows its secret");
    return undefined;
  },
  "who waits gets it at the release": async (scene) => {
    const before = held(scene);
    const waiting = scene.api.post(at(scene, "acquire"), { ttlMs: TTL_MS, waitMs: 20_000 });
    // Were it late, the lock would be free when it asks, and the answer the same.
    await sleep(HEAD_START_MS);
    await release(scene);
    const { json } = expectStatus(await waiting, 200);
    scene.lease = json.lease;
    expectThat(json.lease.fence > before.fence, "with a fence that is no greater");
    return undefined;
  },
  "it is given back": async (scene) => {
    const { json } = await release(scene);
    expectThat(json.outcome === "released", `with the outcome ${json.outcome}`);
    return undefined;
  },
  "an acquire can be undone": async (scene) => {
    const body = { attemptId: randomUUID(), owner: randomUUID(), ttlMs: TTL_MS, waitMs: 0 };
    expectStatus(await scene.api.post(at(scene, "acquire"), body), 200);
    expectStatus(await scene.api.post(at(scene, "withdraw"), body), 204);
    const { json } = expectStatus(
      await scene.api.post(at(scene, "acquire"), { waitMs: 0, ttlMs: TTL_MS }),
      200,
    );
    scene.lease = json.lease;
    await release(scene);
    return undefined;
  },
  "it is in the history": async (scene) => {
    if (!scene.scopes.includes("locks:read")) return "the key lacks the scope locks:read";
    const path = `/v1/history?name=${encodeURIComponent(scene.name)}`;
    for (let tries = 0; tries < 10; tries++) {
      const { json } = expectStatus(await scene.api.get(path), 200);
      if (json.events.some(({ type }: { type: string }) => type === "released")) return undefined;
      await sleep(HEAD_START_MS);
    }
    return "nothing is there: the history may be switched off";
  },
};

function at({ name }: Scene, verb?: string): string {
  return `/v1/locks/${encodeURIComponent(name)}${verb ? `/${verb}` : ""}`;
}

function held({ lease }: Scene) {
  if (!lease) throw new Error("there is no lease");
  return lease;
}

/** Gives back what is held. */
export async function release(scene: Scene) {
  const { owner, attemptId, fence } = held(scene);
  const answer = expectStatus(await scene.api.post(at(scene, "release"), { owner, attemptId, fence }), 200);
  scene.lease = undefined;
  return answer;
}
