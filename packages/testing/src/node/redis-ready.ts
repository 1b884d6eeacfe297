import { exchange } from "./exchange.ts";

/**
 * Whether the Redis on this port answers PING and is the process named: another server may have won the port
 * while ours was about to fail on it. A server that asks for a password first counts as answering.
 */
export async function redisAnswers(port: number, pid: number): Promise<boolean> {
  const replies = await exchange(port, "PING\r\nINFO server\r\n");
  if (replies.startsWith("-NOAUTH")) return true;
  return replies.startsWith("+PONG") && new RegExp(`^process_id:${pid}\\r?$`, "m").test(replies);
}
