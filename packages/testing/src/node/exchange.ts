import { connect } from "node:net";

const SILENCE_MS = 1_000;

/**
 * Sends inline commands, and QUIT, to a server on this machine. Everything that it says until it hangs up; what had
 * arrived by then when it never does.
 */
export function exchange(port: number, commands: string): Promise<string> {
  return new Promise((resolve) => {
    let replies = "";
    const socket = connect({ port, host: "127.0.0.1" });
    socket.setEncoding("utf8");
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on("connect", () => socket.write(`${commands}QUIT\r\n`));
    socket.on("data", (text: string) => {
      replies += text;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(replies));
  });
}
