import { descendants } from "../e2e/processes.ts";

/**
 * The processes below this one that cannot be asked, by what they are. The worker runs in the workerd that wrangler
 * lets debuggers into; the other one is wrangler's own, in front of it.
 */
export function silentProcesses(gatewayPid: number): Record<string, number[]> {
  const below = descendants(process.pid);
  const pids = (pattern: RegExp) =>
    below.filter(({ command }) => pattern.test(command)).map(({ pid }) => pid);
  const engine = descendants(gatewayPid)
    .filter(({ command }) => /embedded-process/.test(command))
    .map(({ pid }) => pid);
  return {
    ...(engine.length > 0 && { engine }),
    workerd: pids(/workerd serve .*--inspector-addr/),
    "wrangler's proxy": pids(/workerd serve (?!.*--inspector-addr)/),
    wrangler: pids(/wrangler-dist\/cli\.js dev /),
  };
}
