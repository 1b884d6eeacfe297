import { MAX_NAME_LENGTH } from "../locks/limits.ts";

// Where what happens to a name is told. A channel has no namespace until it is on its way to a store, so that whoever
// passes it on decides about that. It becomes part of a URL, so it is made of plain characters only.

/** Where the waiters of one client are told; its token is a secret of the client's. */
export function wakeUpChannel(token: string): string {
  return `wake:${token}`;
}

/** Where a latch's opening is told. */
export function latchChannel(name: string): string {
  const plain = name.replace(
    /[^A-Za-z0-9-]/g,
    (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `latch:${plain}`;
}

/** The latch whose opening is told on this channel; `undefined` for every other one. */
export function latchNameOf(channel: string): string | undefined {
  if (!channel.startsWith("latch:")) return undefined;
  const name = channel
    .slice("latch:".length)
    .replace(/_([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  // Only what the name is really told on: other spellings of it would pass for another channel.
  const known = name.length > 0 && name.length <= MAX_NAME_LENGTH && latchChannel(name) === channel;
  return known ? name : undefined;
}

/** Whether it is a channel of this library's, as a wish carries it and as it is subscribed to. */
export function isChannel(value: unknown): value is string {
  return typeof value === "string" && (/^wake:[\w-]{22}$/.test(value) || latchNameOf(value) !== undefined);
}

/** The channel as the store knows it. */
export function storedChannel(namespace: string, channel: string): string {
  return `${namespace}:${channel}`;
}
