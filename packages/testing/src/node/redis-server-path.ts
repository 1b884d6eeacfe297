import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Where `redis-server` is installed: the first executable of that name on `PATH`.
 *
 * @returns the absolute path, or `null` where there is none.
 */
export function redisServerPath(): string | null {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const file = join(folder, "redis-server");
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
