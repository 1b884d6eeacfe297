import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SignJWT } from "jose";
import { type Serving, serve } from "../support/serve.ts";

export interface SiteOptions {
  /** What it serves. */
  readonly folder: string;
  /** The lock service that its pages ask. */
  readonly serviceUrl: () => string;
  /** What it signs its users' tokens with. The service has it, too. */
  readonly secret: string;
}

/** What the service is told of the site's tokens, as HOLDFAST_JWT. */
export const ISSUER = {
  issuer: "https://app.example",
  audience: "locks",
  algorithms: ["HS256"],
  prefixes: ["document:"],
};

const FILES: Record<string, [file: string, type: string]> = {
  "/": ["index.html", "text/html"],
  "/editor.js": ["editor.js", "text/javascript"],
};

/** The server of a page that locks: `docs/platforms/browser-tab.md` shows how it signs. */
export function startSite({ folder, serviceUrl, secret }: SiteOptions): Promise<Serving> {
  return serve(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const [file, type] = FILES[pathname] ?? [];
    if (file) {
      const text = await readFile(join(folder, file), "utf8");
      return response
        .writeHead(200, { "content-type": type })
        .end(text.replace("https://locks.example", serviceUrl()));
    }
    if (pathname !== "/lock-token" || request.method !== "POST") return response.writeHead(404).end();
    const token = await new SignJWT({ scope: "locks:acquire" })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer(ISSUER.issuer)
      .setAudience(ISSUER.audience)
      .setSubject("ann")
      .setExpirationTime("10 minutes")
      .sign(new TextEncoder().encode(secret));
    return response.writeHead(200, { "content-type": "text/plain" }).end(token);
  });
}
