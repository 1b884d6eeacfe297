import { isBuiltin } from "node:module";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import type { Measurements } from "../measure.ts";

const ENTRY = "\0bench-entry";

/** What an import costs: everything it needs, bundled, minified and gzipped. Node's own modules count nothing. */
const IMPORTS: Record<string, string> = {
  holdfast: `export { createMutexes, restStore } from "@holdfast/core/mutex";`,
  "holdfast (every kind)": `export { createLocks, restStore } from "@holdfast/core";`,
  "@upstash/lock 0.2.1": `export { Lock } from "@upstash/lock"; export { Redis } from "@upstash/redis/cloudflare";`,
  "redis-semaphore 5.8.0": `export { Mutex } from "redis-semaphore"; export { Redis } from "ioredis";`,
  "redlock 5.0.0-beta.2": `export { default } from "redlock"; export { Redis } from "ioredis";`,
};

export async function sizes(measurements: Measurements): Promise<void> {
  for (const [peer, code] of Object.entries(IMPORTS)) {
    const subject = { scenario: "size of a mutex with its client", rttMs: 0, peer };
    measurements.add(subject, "minified + gzip", "bytes", await gzippedSize(code));
  }
}

async function gzippedSize(code: string): Promise<number> {
  const bundle = await rolldown({
    input: ENTRY,
    external: isBuiltin,
    logLevel: "silent",
    plugins: [
      {
        name: "bench-entry",
        // The imports are those of this package, so they are looked up from here.
        resolveId(id, importer) {
          if (id === ENTRY) return id;
          return importer === ENTRY ? this.resolve(id, import.meta.filename) : null;
        },
        load: (id) => (id === ENTRY ? code : null),
      },
    ],
  });
  try {
    const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
    return gzipSync(output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("\n"), { level: 9 })
      .length;
  } finally {
    await bundle.close();
  }
}
