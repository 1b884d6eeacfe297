import type { RecordedRequest } from "@holdfast/testing";

/** The keys that a script request names: `EVALSHA digest count key… argument…`. */
export function keysOf({ commands }: RecordedRequest): readonly string[] {
  const [command = []] = commands;
  return command.slice(3, 3 + Number(command[2]));
}
