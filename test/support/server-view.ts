import { systemClock } from "@holdfast/core";
import type { Fixture } from "./fixture.ts";

/** What the server says of a name at one moment of its own. */
export interface ServerView {
  readonly held: boolean;
  readonly fence: number;
  /** Until the server lets others in; 0 while the name is free. */
  readonly remainingMs: number;
}

/** Asks the server past the client under test, its network and its clocks. */
export async function serverView(fixture: Fixture, name: string): Promise<ServerView> {
  // `expiresAt` is the reader's wall clock plus what remains: with a wall clock at 0 it is what remains.
  const { locks } = fixture.client({ clock: { ...systemClock, wall: () => 0 } });
  const { held, lastFence, holders } = await locks.inspect(name);
  return { held, fence: lastFence, remainingMs: holders[0]?.expiresAt ?? 0 };
}

/** The server's own clock, in microseconds since the epoch. */
export async function serverMicros({ gateway }: Fixture): Promise<number> {
  const [seconds, micros] = (await gateway.command("TIME")) as [string, string];
  return Number(seconds) * 1_000_000 + Number(micros);
}

/** The key of a name's record under the default namespace. */
export function recordKey(name: string): string {
  return `holdfast:{${name}}`;
}

/**
 * When the server forgets the name's record, in milliseconds since the epoch: moves with the lease and not with the
 * time at which it is asked. Writing the record again may move it by the rounding of a millisecond.
 */
export async function recordEndsAt({ gateway }: Fixture, name: string): Promise<number> {
  return Number(await gateway.command("PEXPIRETIME", recordKey(name)));
}
