import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment, and what a file adds to it. What the environment has counts more, as with `node --env-file`, unless it
 * is empty. What the file says is for us alone: the command that we run does not get it.
 */
export function environment(file: string | undefined): Environment {
  if (file === undefined) return process.env;
  try {
    const set = Object.entries(process.env).filter(([, value]) => value !== "");
    return { ...parseEnv(readFileSync(file, "utf8")), ...Object.fromEntries(set) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(EXIT.config, `--connection: ${JSON.stringify(file)} cannot be read (${code}).`);
  }
}
