import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL("src/site", import.meta.url));

/** The static site: two pages, and files whose names carry a hash of what is in them. */
export default defineConfig({
  root,
  base: "/",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("dist/site", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // The policy of the pages allows no script and no style within the document, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: false,
    // Swagger UI is one file of 1.5 MB, and on a page of its own.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: { dashboard: `${root}/index.html`, docs: `${root}/docs.html` },
    },
  },
});
