import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the ports that Linux (from 32,768) and macOS (from 49,152) hand to outgoing connections: a port from
// there could be taken by any client in the moment between our look and the server's bind, or over a restart.
const LOWEST = 20_000;
const HIGHEST = 32_767;
const ATTEMPTS = 50;

/** A loopback port that nobody listens on at this moment. The caller must still expect to lose the race for it. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await canListen(port)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST} in ${ATTEMPTS} attempts`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
