import { afterAll, beforeAll, describe } from "vitest";
import { chromiumPath } from "../../scripts/system-packages/chromium-path.ts";
import { accounts } from "./cases/accounts.ts";
import { crowd } from "./cases/crowd.ts";
import { jobs } from "./cases/jobs.ts";
import { names } from "./cases/names.ts";
import { nodes } from "./cases/nodes.ts";
import { reach } from "./cases/reach.ts";
import { watching } from "./cases/watching.ts";
import { type Scene, startScene } from "./scene.ts";

// One browser, one worker and one engine for all of it. The screenshots lie in screenshots/.

describe.skipIf(chromiumPath() === null && !process.env.CI)("the dashboard", { timeout: 30_000 }, () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  }, 60_000);
  afterAll(() => scene?.[Symbol.asyncDispose]());

  describe("signing in", () => accounts(() => scene));
  describe("watching", () => watching(() => scene));
  describe("jobs", () => jobs(() => scene));
  describe("hostile names", () => names(() => scene));
  describe("nodes", () => nodes(() => scene));
  describe("reach", () => reach(() => scene));
  describe("none and many", () => crowd(() => scene));
});
