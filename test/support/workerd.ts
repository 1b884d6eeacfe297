import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { Miniflare } from "miniflare";

/** A Worker in workerd, Cloudflare's runtime. */
export interface RunningWorker {
  readonly url: string;
  stop(): Promise<void>;
}

export interface WorkerdOptions {
  readonly name: string;
  /** ES modules by path; the first is the main one. */
  readonly modules: ReadonlyMap<string, string>;
  readonly compatibility: Compatibility;
  /** The Worker's variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where debuggers reach it; 0 for any free port. Default: nowhere. */
  readonly inspectorPort?: number;
  /** Answers `/cdn-cgi/local/scheduled?cron=…&time=…` by firing the Worker's schedule. Default false. */
  readonly schedulable?: boolean;
  /** Its static files, which it finds at its binding. */
  readonly assets?: Assets;
}

export interface Assets {
  readonly binding: string;
  readonly directory: string;
  readonly htmlHandling: "none";
  readonly runWorkerFirst: boolean;
}

/** Which of workerd's behaviours a Worker was written for. */
export interface Compatibility {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: string[];
}

/** Starts a Worker on a port of its own. */
export async function startWorkerd(options: WorkerdOptions): Promise<RunningWorker> {
  const { name, modules, compatibility, env = {}, assets, inspectorPort, schedulable = false } = options;
  const [mainModule = ""] = modules.keys();
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    ...(inspectorPort !== undefined && { inspectorPort }),
    unsafeTriggerHandlers: schedulable,
    workers: [
      {
        config: {
          name,
          ...compatibility,
          manifest: {
            mainModule,
            // Nothing is read from there: modules are looked up by their paths below it.
            modulesRoot: tmpdir(),
            modules: Object.fromEntries(
              [...modules].map(([path, contents]) => [path, { type: "esm" as const, contents }]),
            ),
          },
          env: {
            ...Object.fromEntries(
              Object.entries(env).map(([variable, value]) => [variable, { type: "text" as const, value }]),
            ),
            ...(assets && { [assets.binding]: { type: "assets" as const } }),
          },
          ...(assets && {
            assets: {
              directory: assets.directory,
              htmlHandling: assets.htmlHandling,
              runWorkerFirst: assets.runWorkerFirst,
              hasUserWorker: true,
            },
          }),
        },
      },
    ],
  });
  const { origin } = await miniflare.ready;
  return { url: origin, stop: () => miniflare.dispose() };
}

/** The version of workerd that runs. */
export function workerdVersion(): string {
  const miniflare = createRequire(import.meta.url).resolve("miniflare");
  return createRequire(miniflare)("workerd/package.json").version;
}
