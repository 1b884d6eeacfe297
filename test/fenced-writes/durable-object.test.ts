import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documented } from "../support/documented.ts";

const [shown = ""] = documented("fenced-writes.md", "Durable Objects", "js");

/** The document's class, reached over HTTP: `POST /<verb>/<id>` with the arguments as JSON. */
const worker = `${shown}
export default {
  async fetch(request, env) {
    const [, verb, id] = new URL(request.url).pathname.split("/");
    return Response.json(await env.INVOICE.getByName(id)[verb](...(await request.json())));
  },
};`;

describe("fenced writes: the Durable Object of the document, in workerd", () => {
  let miniflare: Miniflare;
  let url: URL;
  beforeAll(async () => {
    miniflare = new Miniflare({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      workers: [
        {
          config: {
            name: "invoices",
            compatibilityDate: "2026-01-01",
            manifest: {
              mainModule: "index.js",
              modulesRoot: "/",
              modules: { "index.js": { type: "esm", contents: worker } },
            },
            env: { INVOICE: { type: "durable-object", worker: "invoices", exportName: "Invoice" } },
            exports: { Invoice: { type: "durable-object", storage: "sqlite" } },
          },
        },
      ],
    });
    url = await miniflare.ready;
  });
  afterAll(() => miniflare?.dispose());

  async function call(verb: string, id: string, ...args: unknown[]): Promise<unknown> {
    const response = await fetch(new URL(`/${verb}/${id}`, url), {
      method: "POST",
      body: JSON.stringify(args),
    });
    return response.json();
  }

  it("refuses a smaller fence, allows an equal one", async () => {
    expect(await call("write", "1", "draft", 33)).toEqual({ outcome: "written", fence: 33 });
    expect(await call("write", "1", "paid", 34)).toEqual({ outcome: "written", fence: 34 });
    expect(await call("write", "1", "draft, late", 33)).toEqual({ outcome: "stale", fence: 34 });
    expect(await call("state", "1")).toBe("paid");
    expect(await call("write", "1", "archived", 34)).toEqual({ outcome: "written", fence: 34 });
    expect(await call("state", "1")).toBe("archived");
    expect(await call("state", "2")).toBeNull();
  });

  it("lets the greatest fence win among many at once", async () => {
    const fences = Array.from({ length: 50 }, (_, i) => ((i * 37) % 50) + 1);
    await Promise.all(fences.map((fence) => call("write", "3", `by ${fence}`, fence)));
    expect(await call("state", "3")).toBe("by 50");
  });
});
