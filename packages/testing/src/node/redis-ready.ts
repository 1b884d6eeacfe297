import { connect } from "node:net";

const ATTEMPT_TIMEOUT_MS = 1_000;

/**
 * Whether the Redis on this port answers PING and is the process named: another server may have won the port
 * while ours was about to fail on it. A server that asks for a password first counts as answering.
 */
export async function redisAnswers(port: number, pid: number): Promise<boolean> {
  const replies = await exchange(port, "PING\r\nINFO server\r\nQUIT\r\n");
  if (replies.startsWith("-NOAUTH")) return true;
  return replies.startsWith("+PONG") && new RegExp(`^process_id:${pid}\\r?$`, "m").test(replies);
}

/** Everything the server says until it hangs up; what had arrived by then when it never does. */
function exchange(port: number, commands: string): Promise<string> {
  return new Promise((resolve) => {
    let replies = "";
    const socket = connect({ port, host: "127.0.0.1" });
    socket.setEncoding("utf8");
    socket.setTimeout(ATTEMPT_TIMEOUT_MS, () => socket.destroy());
    socket.on("connect", () => socket.write(commands));
    socket.on("data", (text: string) => {
      replies += text;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(replies));
  });
}
