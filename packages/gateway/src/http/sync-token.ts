import { randomUUID } from "node:crypto";

/** Names the gateway's state as of a response. One engine has nothing to catch up with, so any value will do. */
export const syncTokens = (): (() => string) => {
  const run = randomUUID().slice(0, 8);
  let responses = 0;
  return () => `${run}-${(responses++).toString(36)}`;
};
