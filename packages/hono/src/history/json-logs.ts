import type { ServiceEvent } from "./event.ts";

/**
 * Writes each event as one line of JSON, which log services read as fields. Trouble goes to `console.error`.
 *
 * @param write - Where lines go instead of the console.
 * @example
 * lockService({ redis, operatorKey, onEvent: jsonLogs() });
 */
export function jsonLogs(write?: (line: string, event: ServiceEvent) => void): (event: ServiceEvent) => void {
  return (event) => {
    const line = JSON.stringify(event);
    if (write) write(line, event);
    else if (event.type === "trouble") console.error(line);
    else console.log(line);
  };
}
