import { type Command, Redis } from "ioredis";
import type { Network } from "../network.ts";

/** An ioredis client that counts what it sends. */
export class CountedRedis extends Redis {
  sentCommands = 0;

  override sendCommand(command: Command, ...rest: never[]): unknown {
    this.sentCommands++;
    return super.sendCommand(command, ...rest);
  }
}

/** Resolves when it is connected. */
export async function connectRedis({ tcpPort }: Network): Promise<CountedRedis> {
  if (tcpPort === undefined) throw new Error("this engine cannot be reached over TCP");
  const redis = new CountedRedis({
    port: tcpPort,
    host: "127.0.0.1",
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  // Reconnecting is its own business; without a listener it prints each attempt.
  redis.on("error", () => {});
  await redis.connect();
  return redis;
}
