import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment, and what a file adds to it. What the environment has counts more, as with `node --env-file`. What the
 * file says is for us alone: the command that we run does not get it.
 */
export function environment(file: string | undefined): Environment {
  if (file === undefined) return process.env;
  try {
    return { ...parseEnv(readFileSync(file, "utf8")), ...process.env };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(EXIT.config, `--env-file: ${JSON.stringify(file)} cannot be read (${code}).`);
  }
}
