import { type Context, type Env, Hono } from "hono";
import { ASSET_HEADERS, PAGE_HEADERS } from "./policy.ts";

/**
 * Finds a file of the site: the request's path is that of the file below `@holdfast/dashboard/site/`, such as `/index.html`.
 * It answers 404 where there is none. The context is that of the request for the page, with the bindings of the platform.
 */
export type FetchAsset<E extends Env = Env> = (
  request: Request,
  c: Context<E>,
) => Response | Promise<Response>;

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * The dashboard at `/` and the API reference at `/docs`, as an app to mount at the root beside the lock service, which they
 * call at the same origin. Its answers carry a Content-Security-Policy that allows this site's own files only. What it does
 * not know is left to the app that it is mounted in.
 *
 * @param fetchAsset - Where the files of the site are: static assets on Workers, the folder of the package elsewhere.
 * @example
 * ```ts
 * app.route("/", pages((request, c) => c.env.ASSETS.fetch(request)));
 * ```
 */
export function pages<E extends Env = Env>(fetchAsset: FetchAsset<E>): Hono<E> {
  const app = new Hono<E>();
  const file = (path: string, headers: Readonly<Record<string, string>>) => async (c: Context<E>) => {
    const found = await fetchAsset(new Request(new URL(path, c.req.url)), c);
    if (!found.ok) {
      await found.body?.cancel();
      return c.notFound();
    }
    const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
    // Only what is known of the file goes out: whoever serves it may have headers of its own.
    return new Response(found.body, {
      headers: type === undefined ? headers : { ...headers, "content-type": type },
    });
  };

  app.get("/", file("/index.html", PAGE_HEADERS));
  app.get("/docs", file("/docs.html", PAGE_HEADERS));
  app.get("/assets/:file{[\\w.-]+}", (c) => file(`/assets/${c.req.param("file")}`, ASSET_HEADERS)(c));
  return app;
}
