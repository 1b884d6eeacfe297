import type { Mutant } from "../mutant.ts";

/** What goes wrong in the queue: its order, and those who are not there any more. */
export const QUEUE: readonly Mutant[] = [
  {
    name: "cancel-leaves-its-place",
    what: "A wait that is given up stays in the queue.",
    file: "wait/acquire.ts",
    find: "    leaveLocal();\n    attempt.takeBack();\n    if (options.signal?.aborted",
    replace: "    leaveLocal();\n    if (options.signal?.aborted",
  },
  {
    name: "take-back-leaves-the-place",
    what: "Taking back releases a grant, and forgets the place in the queue.",
    file: "lock/scripts/take-back.lua",
    find: "    leave(r, text)\n",
    replace: "",
  },
  {
    name: "places-without-an-end",
    what: "Waiters whose time is over keep their place until they are reached, and are granted.",
    file: "lock/scripts/queue.lua",
    find: "if a.place > 0 and ticket / 1000 + a.place < now then",
    replace: "if false then",
  },
  {
    name: "claim-of-a-whole-ttl",
    what: "A grant out of the queue lasts its whole TTL, though its waiter may be gone.",
    file: "lock/scripts/queue.lua",
    find: "local lease = math.min(a.ttl, a.claim)",
    replace: "local lease = a.ttl",
  },
  {
    name: "claim-without-an-end",
    what: "A grant out of the queue lasts until its waiter shows up.",
    file: "lock/scripts/queue.lua",
    find: "grant(r, a, lease, now, micros)",
    replace: "grant(r, a, 86400000, now, micros)",
  },
  {
    name: "wake-up-without-a-grant",
    what: "The waiter in front is told that it is granted, and is not.",
    file: "lock/scripts/queue.lua",
    find: "      grant(r, a, lease, now, micros)",
    replace: "      r.fence = math.max(r.fence + 1, micros)",
  },
  {
    name: "promotion-ignores-weight",
    what: "The waiter in front is let in when anything is free, however much it takes.",
    file: "lock/scripts/queue.lua",
    find: "elseif r.used + a.weight > r.capacity then",
    replace: "elseif r.used >= r.capacity then",
    primitive: "semaphore",
  },
  {
    name: "promotion-ignores-the-holder",
    what: "The waiter in front is let in whoever holds the name.",
    file: "lock/scripts/queue.lua",
    find: "elseif r.used + a.weight > r.capacity then",
    replace: "elseif a.weight > r.capacity then",
  },
  {
    name: "promotion-skips-the-front",
    what: "A waiter in front that does not fit goes to the back, so a writer never has its turn.",
    file: "lock/scripts/queue.lua",
    find: `    elseif r.used + a.weight > r.capacity then
      break`,
    replace: `    elseif r.used + a.weight > r.capacity then
      if r.waiting == 0 or let_in > 0 then break end
      let_in = 1
      pop_head(r)
      enqueue(r, text, now, micros)`,
    primitive: "rw",
  },
  {
    name: "small-ones-pass-the-queue",
    what: "Whoever fits is let in, whether or not somebody waits who does not fit.",
    file: "lock/scripts/acquire.lua",
    find: "if open and (r.head == '-' or string.sub(manner, 1, 5) == 'barge') then",
    replace: "if open then",
    primitive: "rw",
  },
  {
    name: "newcomers-pass-the-queue",
    what: "A name whose lease ran out goes to whoever asks, before those who wait.",
    file: "lock/scripts/acquire.lua",
    find: `  promote(r, now, micros)
  changed = changed or r.head ~= before
end`,
    replace: `  if r.used > 0 then promote(r, now, micros) end
  changed = changed or r.head ~= before
  if r.used == 0 then
    leave(r, text)
    grant(r, a, a.ttl, now, micros)
    write(r, now)
    return { 'granted', r.fence, a.ttl, a.owner, now }
  end
end`,
    primitive: "mutex",
  },
  {
    name: "last-come-first-served",
    what: "The next in line is the one who came last.",
    file: "lock/scripts/queue.lua",
    find: "redis.call('ZPOPMIN', r.queue)",
    replace: "redis.call('ZPOPMAX', r.queue)",
  },
  {
    name: "looking-costs-the-place",
    what: "A waiter that looks in goes to the back of the queue.",
    file: "lock/scripts/queue.lua",
    find: "redis.call('ZADD', r.queue, 'NX', whole(ticket), text)",
    replace: "redis.call('ZADD', r.queue, whole(ticket), text)",
  },
  {
    name: "release-hands-on-to-nobody",
    what: "Releasing frees the name and leaves those who wait to find out.",
    file: "lock/scripts/release.lua",
    find: "      promote(r, now, micros)\n",
    replace: "",
  },
  {
    name: "take-back-hands-on-to-nobody",
    what: "A grant that is taken back frees the name and leaves those who wait to find out.",
    file: "lock/scripts/take-back.lua",
    find: "    promote(r, now, micros)\n",
    replace: "",
  },
  {
    name: "front-is-not-told",
    what: "Nobody tells the waiter in front when the lease in its way ends.",
    file: "lock/scripts/queue.lua",
    find: "  if r.head ~= '-' and r.head ~= r.first then tell_front(r, now) end\n",
    replace: "",
    faults: ["kill", "freeze"],
  },
  {
    name: "queue-too-long-not-noticed",
    what: "A queue that is full takes one more.",
    file: "lock/scripts/acquire.lua",
    find: "waiters >= most",
    replace: "waiters > most",
  },
];
