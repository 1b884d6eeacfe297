import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocks, HoldfastError, type Locks, type RestStoreOptions, restStore } from "@holdfast/core";
import { startGateway } from "@holdfast/gateway";
import { type FaultyFetch, faultyFetch } from "@holdfast/testing";
import { describe, expect, it, vi } from "vitest";
import { about } from "./support/about.ts";
import { onEveryEngine, TOKEN } from "./support/fixture.ts";

const QUICK = { minDelayMs: 5, maxDelayMs: 20 };

/** A client as somebody set it up, and what it sends. */
interface Client {
  readonly locks: Locks;
  readonly network: FaultyFetch;
}

function setUp(options: Partial<RestStoreOptions> & { url: string }): Client {
  const network = faultyFetch(options.fetch);
  const store = restStore({ token: TOKEN, retry: QUICK, ...options, fetch: network.fetch });
  return { network, locks: createLocks({ store }) };
}

const verbs: Record<string, (locks: Locks) => Promise<unknown>> = {
  acquire: (locks) => locks.acquire("misuse", { waitMs: 2000 }),
  tryAcquire: (locks) => locks.tryAcquire("misuse"),
  request: (locks) => locks.request("misuse", { waitMs: 2000 }, () => expect.fail("ran without the lock")),
  inspect: (locks) => locks.inspect("misuse"),
  forceRelease: (locks) => locks.forceRelease("misuse"),
};

/** Every verb fails in the same way; tells how many requests that took. */
async function expectAll({ locks, network }: Client, code: string, text: RegExp): Promise<number> {
  for (const [verb, call] of Object.entries(verbs)) {
    const error = await call(locks).catch((error) => error);
    expect(error, verb).toBeInstanceOf(HoldfastError);
    expect.soft((error as HoldfastError).code, verb).toBe(code);
    expect.soft((error as HoldfastError).message, verb).toMatch(text);
  }
  return network.requests.length;
}

/** A web server that is no Redis. */
async function webServer(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

onEveryEngine("misuse: credentials", (f) => {
  it("a wrong token is unauthorized at the first request of each verb, and not tried again", async () => {
    const client = setUp({ url: f.gateway.url, token: "of-another-database" });
    const sent = await expectAll(client, "unauthorized", /401.*token/);
    expect(sent).toBe(Object.keys(verbs).length);
  });

  it("a user who may not run scripts is unauthorized, and not tried again", async () => {
    await f.gateway.command("ACL", "SETUSER", "default", "-eval", "-evalsha");
    try {
      const client = setUp({ url: f.gateway.url });
      const sent = await expectAll(client, "unauthorized", /NOPERM.*may not run scripts/);
      expect(sent).toBe(Object.keys(verbs).length);
    } finally {
      await f.gateway.command("ACL", "SETUSER", "default", "+@all");
    }
  });

  it("a user who may not touch these keys is unauthorized", async () => {
    await f.gateway.command("ACL", "SETUSER", "default", "resetkeys", "~somewhere:*");
    try {
      await expectAll(setUp({ url: f.gateway.url }), "unauthorized", /NOPERM/);
    } finally {
      await f.gateway.command("ACL", "SETUSER", "default", "allkeys");
    }
  });
});

describe("misuse: credentials", () => {
  it("a read-only token is unauthorized, with the way out", async () => {
    const tokens = [{ name: "reader", token: "reader-token", access: "read-only" }] as const;
    const gateway = await startGateway({ port: 0, tokens });
    try {
      const client = setUp({ url: gateway.url, token: "reader-token" });
      await expectAll(client, "unauthorized", /NOPERM.*use one with full access/);
    } finally {
      await gateway.close();
    }
  });
});

describe("misuse: the URL", () => {
  it("of a web page (200) is unavailable, and says that this is not the protocol", async () => {
    await using site = await webServer((_, answer) => answer.end("<!doctype html><title>Welcome</title>"));
    await expectAll(setUp({ url: site.url }), "unavailable", /not the REST protocol's JSON/);
  });

  it("of a page that is not there (404) is refused, and not tried again", async () => {
    await using site = await webServer((_, answer) => answer.writeHead(404).end("<h1>Not found</h1>"));
    const sent = await expectAll(setUp({ url: site.url }), "refused", /404.*URL/);
    expect(sent).toBe(Object.keys(verbs).length);
  });

  it("of a JSON API that is none of ours is never a grant", async () => {
    await using site = await webServer((_, answer) => answer.end('{"status":"ok","data":[]}'));
    await expectAll(setUp({ url: site.url }), "unavailable", /not the REST protocol's JSON/);
  });

  it.each([301, 302, 307, 308])(
    "that redirects (%i) is refused, and the token does not follow",
    async (status) => {
      const visited = vi.fn();
      await using target = await webServer((request, answer) => {
        visited(request.headers.authorization);
        answer.end('{"result":1}');
      });
      await using site = await webServer((_, answer) =>
        answer.writeHead(status, { location: target.url }).end(),
      );
      await expectAll(setUp({ url: site.url }), "refused", new RegExp(`${status}.*URL`));
      expect(visited).not.toHaveBeenCalled();
    },
  );

  it("where nothing listens is unavailable, and names ECONNREFUSED", async () => {
    const site = await webServer(() => {});
    await site[Symbol.asyncDispose]();
    await expectAll(setUp({ url: site.url }), "unavailable", /\(4 tries\).*ECONNREFUSED/);
  });

  it("with https on a port that speaks http is unavailable, and names the trouble", async () => {
    await using site = await webServer((_, answer) => answer.end());
    const url = site.url.replace("http:", "https:");
    await expectAll(setUp({ url }), "unavailable", /ERR_SSL_|EPROTO|ECONNRESET/);
  });

  it("with a slash or blanks around it, as copied from somewhere, works", async () => {
    const gateway = await startGateway({ port: 0, tokens: TOKEN });
    try {
      for (const url of [`${gateway.url}/`, ` ${gateway.url}\n`]) {
        const { locks } = setUp({ url });
        await locks.request("misuse", () => {});
      }
    } finally {
      await gateway.close();
    }
  });
});

describe("misuse: fetch", () => {
  const url = "http://127.0.0.1:1";
  it.each<[string, typeof fetch]>([
    [
      "throws at once",
      () => {
        throw new Error("boom");
      },
    ],
    ["rejects with nothing", () => Promise.reject()],
    ["gives nothing", async () => undefined as never],
    ["gives a text", async () => "OK" as never],
    [
      "breaks off in the middle of the body",
      async () =>
        new Response(
          new ReadableStream({
            start: (body) => {
              body.enqueue(new TextEncoder().encode('{"res'));
              body.error(new Error("gone"));
            },
          }),
        ),
    ],
  ])("one that %s is unavailable", async (_, fetch) => {
    await expectAll(setUp({ url, fetch }), "unavailable", /did not answer \(4 tries\)/);
  });
});

onEveryEngine("misuse: waitUntil", (f) => {
  /** As `ctx.waitUntil` of a Worker when it is passed on without its object. */
  const unbound = () => {
    throw new TypeError("Illegal invocation");
  };

  it("one that throws does not cost the lease that was granted", async () => {
    const { locks } = f.client({ waitUntil: unbound });
    const lease = await locks.acquire(f.name(), { ttlMs: 5000, renew: true });
    expect(await lease.release()).toBe("released");
  });

  it("one that throws does not hide why an acquire failed, and the name is free soon all the same", async () => {
    const name = f.name();
    const { locks } = f.client({ waitUntil: unbound, timeoutMs: 100 });
    f.gateway.faults.inject({ action: "drop-reply", times: 4, when: about(name) });
    await expect(locks.tryAcquire(name, { ttlMs: 20_000 })).rejects.toMatchObject({ code: "unavailable" });
    await vi.waitFor(async () => expect((await f.client().locks.inspect(name)).held).toBe(false), 5000);
  });
});
