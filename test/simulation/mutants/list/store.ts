import type { Mutant } from "../mutant.ts";

/** What goes wrong on the way: answers that are none, streams that break, a server that forgot. */
export const STORE: readonly Mutant[] = [
  {
    name: "nonce-not-checked",
    what: "A wake-up goes to whichever waiter of the client listens.",
    file: "wait/wake-ups.ts",
    find: "const hear = listeners.get(nonce);",
    replace: "const hear = [...listeners.values()][0];",
  },
  {
    name: "broken-stream-not-looked-into",
    what: "After a stream broke nobody looks what was missed.",
    file: "wait/wake-ups.ts",
    find: "        retryAt = clock.now() + pauseMs;\n        tellAll();",
    replace: "        retryAt = clock.now() + pauseMs;",
    faults: ["cut-stream"],
  },
  {
    name: "broken-stream-taken-for-open",
    what: "A stream that broke counts as open.",
    file: "wait/wake-ups.ts",
    find: "        if (stream === controller) open = false;\n",
    replace: "",
    faults: ["cut-stream"],
  },
  {
    name: "no-look-after-listening",
    what: "What was granted while the stream was being opened is not looked for.",
    file: "wait/turn.ts",
    find: "wakeUps.open && !listened && looksLeft(wait) > 0",
    replace: "false",
    faults: [],
  },
  {
    name: "scripts-sent-once",
    what: "A script that the server had once is not sent again after it forgot it.",
    file: "store/script-runner.ts",
    find: `if (!("error" in cached) || !cached.error.includes("NOSCRIPT")) return cached;`,
    replace: `const sent = script as { known?: boolean };
    if (!("error" in cached) || !cached.error.includes("NOSCRIPT") || sent.known) return cached;
    sent.known = true;`,
    faults: ["flush-scripts"],
  },
  {
    name: "server-trouble-is-an-answer",
    what: "HTTP 5xx is not tried again.",
    file: "store/rest-store.ts",
    find: "if (status === 429 || status >= 500)",
    replace: "if (status === 429)",
    faults: ["status"],
  },
  {
    name: "garbage-is-no",
    what: 'An answer that is not the protocol\'s is taken for "nothing there".',
    file: "store/rest-store.ts",
    find: `return { retry: "network", text: "the answer was not the REST protocol's JSON" };`,
    replace: "return { answer: { result: [0] } };",
    faults: ["garbage"],
  },
  {
    name: "no-time-limit",
    what: "A request that is never answered is waited for without end.",
    file: "store/within.ts",
    find: "      limitMs,\n    );",
    replace: "      2 ** 31 - 1,\n    );",
  },
];
