import type { Mutant } from "../mutant.ts";

/** What goes wrong when a writer becomes a reader, or a reader the writer. */
export const CONVERSIONS: readonly Mutant[] = [
  {
    name: "upgrade-beside-readers",
    what: "A reader becomes the writer whoever reads beside it.",
    file: "lock/scripts/convert.lua",
    find: "if r.used - h.weight + weight > r.capacity then",
    replace: "if false then",
    primitive: "rw",
  },
  {
    name: "upgrade-refused-always",
    what: "A reader is refused to become the writer even when it is alone.",
    file: "lock/scripts/convert.lua",
    find: "if r.used - h.weight + weight > r.capacity then",
    replace: "if r.used + weight > r.capacity then",
    primitive: "rw",
  },
  {
    name: "refused-upgrade-is-taken-for-one",
    what: "A reader that is refused to become the writer believes that it is.",
    file: "locks/read-write.ts",
    find: `if (reply.status === "refused")`,
    replace: `if (reply.status === ("no" as never))`,
    primitive: "rw",
  },
  {
    name: "conversion-keeps-the-fence",
    what: "A reader becomes the writer with the fence that it had.",
    file: "lock/scripts/convert.lua",
    find: "h.fence, h.mode, h.weight = r.fence, mode, weight",
    replace: "h.mode, h.weight = mode, weight",
    primitive: "rw",
  },
  {
    name: "conversion-of-another-time",
    what: "A conversion that arrives late, or again, undoes one that came after it.",
    file: "lock/scripts/convert.lua",
    find: "elseif h and h.owner == owner and h.fence == fence then",
    replace: "elseif h and h.owner == owner then",
    primitive: "rw",
  },
  {
    name: "downgrade-with-a-gap",
    what: "A writer lets go and then asks to read, behind those who wait.",
    file: "lock/scripts/convert.lua",
    find: "    put_holder(r, attempt, h, now)\n",
    replace: `    if weight == 1 then
      drop_holder(r, attempt, h, 'released')
      promote(r, now, micros)
      if r.used + weight > r.capacity then
        write(r, now)
        return { 'lost' }
      end
      r.used = r.used + weight
    end
    put_holder(r, attempt, h, now)
`,
    primitive: "rw",
  },
  {
    name: "downgrade-lets-nobody-in",
    what: "A writer that becomes a reader leaves the readers who wait to find out.",
    file: "lock/scripts/convert.lua",
    find: "  promote(r, now, micros)\n  write(r, now)",
    replace: "  write(r, now)",
    primitive: "rw",
  },
  {
    name: "downgrade-keeps-the-weight",
    what: "A writer that becomes a reader goes on counting as the writer.",
    file: "lock/scripts/convert.lua",
    find: "  r.used = r.used - h.weight + weight\n",
    replace: "  if weight > h.weight then r.used = r.used - h.weight + weight end\n",
    primitive: "rw",
  },
];
