import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { onEveryEngine } from "../support/fixture.ts";
import { cronClient } from "./client.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const locks = /^ACL SETUSER locks on >TOKEN (.+)$/m.exec(read("docs/stores.md"))?.[1]?.split(" ") ?? [];
const besides = /^(\+hsetnx .+)$/m.exec(read("docs/cron.md"))?.[1]?.split(" ") ?? [];
/** What the gateway and this test need besides. */
const OWN = ["+acl", "+command", "+info"];

onEveryEngine("cron under a token that is held to an ACL", (f) => {
  it("works with what the documentation lists, and needs all of it", async () => {
    const rules = (...given: string[]) => f.gateway.command("ACL", "SETUSER", "default", ...given, ...OWN);
    const { cron, once } = cronClient(f);
    const use = async () => {
      const job = f.name();
      const run = (occurrence: string) =>
        cron.run({ job, occurrence, lockAtLeastForMs: 1000, overlap: "queue" }, () => 1);
      await run("a");
      await run("a");
      await cron.look(job, "a");
      await cron.history(job);
      await cron.status();
      await once(job, () => 1);
      // The oldest runs of a full history make room.
      const full = Array.from({ length: 200 }, (_, i) => ["1", `old-${i}`]).flat();
      await f.gateway.command("ZADD", `holdfast:{cron:${job}}:order`, ...full);
      await run("a");
    };
    try {
      await rules(...locks, ...besides);
      await use();
      for (const rule of besides) {
        await rules(...locks, ...besides.filter((other) => other !== rule));
        await expect(use(), `without ${rule}`).rejects.toMatchObject({ code: "unauthorized" });
      }
    } finally {
      await rules("allkeys", "allchannels", "+@all");
    }
  });
});
