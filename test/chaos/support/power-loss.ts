import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Scene } from "./scene.ts";

/**
 * The server's machine loses power, and what was written since this call is lost, as the disk had not been told to keep
 * it yet. A killed process alone loses nothing: what it has written is with the system.
 *
 * @returns what to call for it. The server is back, and has loaded what was left, when that resolves.
 */
export async function willLosePower({ server, redis }: Scene): Promise<() => Promise<void>> {
  const [, folder] = (await redis.config("GET", "dir")) as [string, string];
  const log = await incrementalLog(join(folder, "appendonlydir"));
  const { size } = await stat(log);
  return async () => {
    await server.kill();
    await truncate(log, size);
    await server.restart();
  };
}

async function incrementalLog(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.endsWith(".incr.aof"));
  if (name === undefined) throw new Error("the server keeps no append-only file");
  return join(folder, name);
}
