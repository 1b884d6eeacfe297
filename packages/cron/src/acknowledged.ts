import type { Script } from "@holdfast/core";

// Which answers promise something that has to outlast a failover: see `acknowledged.ts` of @holdfast/core.

type Rule = NonNullable<Script["acknowledged"]>;

export const began: Rule = (reply) => Array.isArray(reply) && reply[0] === "began";

/** What was taken back never ran, so that nothing comes of forgetting it. */
export const recorded: Rule = (reply, [, , state]) =>
  Array.isArray(reply) && reply[0] === "recorded" && state !== "withdrawn";
