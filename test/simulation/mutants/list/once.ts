import type { Mutant } from "../mutant.ts";

/** What goes wrong when a request is executed twice, or late, or its answer is lost. */
export const ONCE: readonly Mutant[] = [
  {
    name: "ended-attempts-forgotten",
    what: "Nothing is remembered of leases that have ended, so a repeated acquire is granted once more.",
    file: "lock/scripts/holders.lua",
    find: "  r[how] = remember(r[how], attempt)\n",
    replace: "",
  },
  {
    name: "taken-back-attempts-forgotten",
    what: "Taking back does not forbid an acquire that is still on its way.",
    file: "lock/scripts/take-back.lua",
    find: "note_gone(r, a.attempt, now)",
    replace: "note_gone(r, '-', now)",
  },
  {
    name: "late-acquire-granted",
    what: "An acquire that arrives after its lease has ended is taken for a new one.",
    file: "lock/scripts/acquire.lua",
    find: "if over(r, a.attempt, now) then return answer({ 'ended' }) end",
    replace: "",
  },
  {
    name: "repeated-acquire-answers-whole-ttl",
    what: "A repeated acquire is told the TTL instead of what is left of it.",
    file: "lock/scripts/acquire.lua",
    find: "if mine then return answer({ 'granted', mine.fence, mine.expiry - now, mine.owner, now }) end",
    replace: "if mine then return answer({ 'granted', mine.fence, a.ttl, mine.owner, now }) end",
  },
  {
    name: "repeated-acquire-grants-anew",
    what: "A repeated acquire of a holder gives it another fence.",
    file: "lock/scripts/acquire.lua",
    find: "if mine then return answer(",
    replace:
      "if mine then r.fence = math.max(r.fence + 1, micros) mine.fence = r.fence put_holder(r, a.attempt, mine, now) changed = true return answer(",
  },
  {
    name: "repeated-release-answers-lost",
    what: "A repeated release says that the lease was lost, since it is not there any more.",
    file: "lock/scripts/release.lua",
    find: "released[i] = known and not remembers(r.broken, attempt) and 1 or 0",
    replace: "released[i] = 0",
  },
  {
    name: "new-attempt-for-each-request",
    what: "Each request of a wait names another attempt.",
    file: "wait/attempt.ts",
    find: "const reply = await commands.acquire(target, claim, wish, manner,",
    replace:
      "const reply = await commands.acquire(target, { ...claim, attempt: token(clock) }, wish, manner,",
  },
  {
    name: "new-nonce-for-each-request",
    what: "Each request of a wait has another nonce, and so is another entry of the queue.",
    file: "wait/attempt.ts",
    find: "const reply = await commands.acquire(target, claim, wish, manner,",
    replace: "const reply = await commands.acquire(target, claim, { ...wish, nonce: token(clock) }, manner,",
  },
  {
    name: "unknown-not-taken-back",
    what: "An acquire that got no answer is not taken back.",
    file: "wait/attempt.ts",
    find: `        open ||= executed || sent > 1 || (sent === 1 && (code === "unavailable" || code === "aborted"));`,
    replace: "",
  },
  {
    name: "unknown-of-several-names-not-taken-back",
    what: "An acquire of several names that got no answer is not taken back.",
    file: "locks/acquire-all.ts",
    find: "    if (sent > 0) undo();\n",
    replace: "",
    primitive: "many",
  },
  {
    name: "take-back-tried-once",
    what: "What got no answer is taken back once, whether that arrives or not.",
    file: "lease/keeper.ts",
    find: "if (!mayPass(error)) return;",
    replace: "return;",
    faults: ["restart"],
  },
  {
    name: "release-not-repeated",
    what: "A release that got no answer, or was refused, is left at that.",
    file: "lease/keeper.ts",
    find: "      if (mayPass(error)) releaseLater(lease);\n",
    replace: "",
    primitive: "mutex",
    faults: ["out-of-memory"],
  },
  {
    name: "release-not-asked",
    what: "Releasing answers from what the client believes, and tells the server when it comes to it.",
    file: "lease/held-lease.ts",
    find: "const held = await this.#keeper.release(this);",
    replace: "const held = this.#left() > 0;\n    this.#keeper.releaseLater(this);",
  },
];
