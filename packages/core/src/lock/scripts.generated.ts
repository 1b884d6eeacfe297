// Made from scripts/*.lua by `pnpm --filter @holdfast/core generate`. Do not edit.
import type { Script } from "../store/script.ts";

const record = "local KEEP_MS, QUEUE_MS, GONE_MS, REMEMBERED = 60000, 120000, 60000, 16\nlocal FIELDS = { 'kind', 'capacity', 'used', 'fence', 'born', 'expiry', 'owner', 'attempt', 'delay', 'metadata', 'released',\n'broken', 'gone', 'closed', 'kept', 'waiting', 'ticket', 'head' }\nlocal RECORD = '^(%l+) (%d+) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+) (%d+) (%S+) (%S+) (%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (.+)$'\nlocal TEXT = { kind = 1, owner = 1, attempt = 1, metadata = 1, released = 1, broken = 1, head = 1 }\nlocal UNUSED = ' 0 0 0 0 - - 0 - - - 0 0 0 0 0 -'\nlocal KEYS_PER_NAME = 5\nlocal function clock()\nlocal time = redis.call('TIME')\nlocal micros = time[1] * 1000000 + time[2]\nreturn math.floor(micros / 1000), micros\nend\nlocal function whole(number) return string.format('%.0f', number) end\nlocal function read(i, kind, capacity)\nlocal at = KEYS_PER_NAME * (i - 1)\nlocal raw = redis.pcall('GET', KEYS[at + 1])\nif type(raw) == 'table' then return nil end\nlocal values = { string.match(raw or (kind or 'unused') .. ' ' .. (capacity or '1') .. UNUSED, RECORD) }\nif not values[1] then return nil end\nlocal r = { new = not raw }\nfor n, field in ipairs(FIELDS) do r[field] = TEXT[field] and values[n] or tonumber(values[n]) end\nif r.kind == 'unused' and kind then r.kind, r.capacity = kind, tonumber(capacity) end\nr.first = r.head\nr.key, r.queue, r.holders, r.expiries, r.taken_back = unpack(KEYS, at + 1, at + KEYS_PER_NAME)\nreturn r\nend\nlocal function write(r, now)\nlocal values = {}\nfor n, field in ipairs(FIELDS) do values[n] = type(r[field]) == 'number' and whole(r[field]) or r[field] end\nlocal text = table.concat(values, ' ')\nif now then\nlocal needed = math.max(math.max(r.expiry, r.closed, math.ceil(r.fence / 1000), now) + KEEP_MS, r.kept, r.gone)\nredis.call('SET', r.key, text, 'PX', whole(needed - now))\nelseif r.new then\nredis.call('SET', r.key, text, 'PX', KEEP_MS)\nelse\nredis.call('SET', r.key, text, 'KEEPTTL')\nend\nend\nlocal function remembers(list, entry)\nreturn string.find(',' .. list .. ',', ',' .. entry .. ',', 1, true) ~= nil\nend\nlocal function remember(list, entry)\nlocal kept, count = entry, 1\nfor old in string.gmatch(list, '[^,]+') do\nif count == REMEMBERED then break end\nif old ~= '-' then kept, count = kept .. ',' .. old, count + 1 end\nend\nreturn kept\nend\nlocal function over(r, attempt, now)\nreturn remembers(r.released, attempt) or remembers(r.broken, attempt)\nor r.gone > now and redis.call('ZSCORE', r.taken_back, attempt) ~= false\nend\nlocal function keep(r, created, now, till)\nif till > r.kept then\nr.kept = till + KEEP_MS\nelseif not created then\nreturn\nend\nfor _, key in ipairs(r.kind == 'mutex' and { r.queue } or { r.queue, r.holders, r.expiries }) do\nredis.call('PEXPIRE', key, whole(r.kept - now))\nend\nend";

const holders = "local HOLDER = '^(%d+) (%d+) (%S+) (%d+) (%S+) (%d+) (%S+)$'\nlocal ASK = '^(%S+) (%S+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+) (%S+) (%S+) (%S+)$'\nlocal function parse_ask(text)\nlocal a = {}\na.attempt, a.owner, a.ttl, a.weight, a.mode, a.delay, a.claim, a.place, a.channel, a.nonce, a.metadata = string.match(text, ASK)\na.ttl, a.weight, a.delay, a.claim, a.place = tonumber(a.ttl), tonumber(a.weight), tonumber(a.delay), tonumber(a.claim), tonumber(a.place)\nreturn a\nend\nlocal function holder(r, attempt)\nif r.kind == 'mutex' then\nif r.attempt ~= attempt then return nil end\nreturn { expiry = r.expiry, fence = r.fence, owner = r.owner, weight = 1, mode = 'exclusive', delay = r.delay, metadata = r.metadata }\nend\nlocal text = redis.call('HGET', r.holders, attempt)\nif not text then return nil end\nlocal h = {}\nh.expiry, h.fence, h.owner, h.weight, h.mode, h.delay, h.metadata = string.match(text, HOLDER)\nh.expiry, h.fence, h.weight, h.delay = tonumber(h.expiry), tonumber(h.fence), tonumber(h.weight), tonumber(h.delay)\nreturn h\nend\nlocal function put_holder(r, attempt, h, now)\nif r.kind == 'mutex' then\nr.attempt, r.owner, r.expiry, r.delay, r.metadata = attempt, h.owner, h.expiry, h.delay, h.metadata\nreturn\nend\nredis.call('HSET', r.holders, attempt,\nstring.format('%.0f %.0f %s %.0f %s %.0f %s', h.expiry, h.fence, h.owner, h.weight, h.mode, h.delay, h.metadata))\nredis.call('ZADD', r.expiries, whole(h.expiry), attempt)\nkeep(r, r.used == 0, now, h.expiry)\nend\nlocal function drop_holder(r, attempt, h, how)\nr[how] = remember(r[how], attempt)\nr.used = r.used - h.weight\nif r.kind == 'mutex' then\nr.attempt, r.owner, r.expiry, r.delay, r.metadata = '-', '-', 0, 0, '-'\nreturn\nend\nredis.call('HDEL', r.holders, attempt)\nredis.call('ZREM', r.expiries, attempt)\nend\nlocal function grant(r, a, lease, now, micros)\nr.fence = math.max(r.fence + 1, micros)\nif r.born == 0 then r.born = r.fence end\nput_holder(r, a.attempt, { expiry = now + lease, fence = r.fence, owner = a.owner, weight = a.weight, mode = a.mode, delay = a.delay, metadata = a.metadata }, now)\nr.used = r.used + a.weight\nend\nlocal function expire(r, now)\nlocal due = {}\nif r.kind ~= 'mutex' then\ndue = redis.call('ZRANGEBYSCORE', r.expiries, '-inf', whole(now))\nelseif r.attempt ~= '-' and r.expiry <= now then\ndue = { r.attempt }\nend\nfor _, attempt in ipairs(due) do\nlocal h = holder(r, attempt)\nr.closed = h.delay > 0 and math.max(r.closed, h.expiry + h.delay) or r.closed\ndrop_holder(r, attempt, h, 'broken')\nend\nreturn #due > 0\nend\nlocal function free_in(r, now)\nif r.closed > now then return r.closed - now end\nlocal expiry = r.expiry\nif r.kind ~= 'mutex' then expiry = tonumber(redis.call('ZRANGE', r.expiries, 0, 0, 'WITHSCORES')[2] or now) end\nreturn math.max(expiry, now) - now\nend";

const queue = "local DEPUTIES = 5\nlocal function pop_head(r)\nr.head = '-'\nif r.waiting == 0 then return end\nlocal next_up = redis.call('ZPOPMIN', r.queue)\nr.waiting = next_up[1] and r.waiting - 1 or 0\nif next_up[1] then r.head = next_up[2] .. ' ' .. next_up[1] end\nend\nlocal function head(r)\nlocal ticket, text = string.match(r.head, '^(%S+) (.+)$')\nreturn tonumber(ticket), text\nend\nlocal function enqueue(r, text, now, micros)\nlocal _, first = head(r)\nif first == text then return 1 end\nlocal ticket = math.max(r.ticket + 1, micros)\nif not first then\nr.ticket, r.head = ticket, whole(ticket) .. ' ' .. text\nreturn 1\nend\nif redis.call('ZADD', r.queue, 'NX', whole(ticket), text) == 1 then\nr.ticket, r.waiting = ticket, r.waiting + 1\nkeep(r, r.waiting == 1, now, now + QUEUE_MS)\nreturn r.waiting + 1\nend\nr.waiting = redis.call('ZCARD', r.queue)\nkeep(r, false, now, now + QUEUE_MS)\nreturn redis.call('ZRANK', r.queue, text) + 2\nend\nlocal function has_place(r, text)\nlocal _, first = head(r)\nreturn first == text or r.waiting > 0 and redis.call('ZSCORE', r.queue, text) ~= false\nend\nlocal function leave(r, text)\nlocal _, first = head(r)\nif first == text then\npop_head(r)\nelseif r.waiting > 0 and redis.call('ZREM', r.queue, text) == 1 then\nr.waiting = r.waiting - 1\nend\nend\nlocal function tell(text, look_in)\nlocal a = parse_ask(text)\nreturn a.channel == '-' or redis.call('PUBLISH', a.channel, string.format('first %s %.0f', a.nonce, look_in)) > 0\nend\nlocal function tell_front(r, now)\nlocal _, text = head(r)\nlocal look_in = free_in(r, now)\nif tell(text, look_in) or r.waiting == 0 then return end\nfor _, deputy in ipairs(redis.call('ZRANGE', r.queue, 0, DEPUTIES - 1)) do\nif tell(deputy, look_in) then return end\nend\nend\nlocal function announce(r, now)\nif r.head ~= '-' and r.head ~= r.first then tell_front(r, now) end\nr.first = r.head\nend\nlocal function promote(r, now, micros)\nwhile r.head ~= '-' and r.closed <= now do\nlocal ticket, text = head(r)\nlocal a = parse_ask(text)\nif a.place > 0 and ticket / 1000 + a.place < now then\npop_head(r)\nelseif a.weight > r.capacity or holder(r, a.attempt) or over(r, a.attempt, now) then\npop_head(r)\ntell(text, 0)\nelseif r.used + a.weight > r.capacity then\nbreak\nelse\nlocal lease = math.min(a.ttl, a.claim)\npop_head(r)\ngrant(r, a, lease, now, micros)\nif a.channel ~= '-' then redis.call('PUBLISH', a.channel, string.format('granted %s %.0f %.0f %.0f', a.nonce, r.fence, now, lease)) end\nend\nend\nannounce(r, now)\nend";

export const acquireScript: Script = {
  name: "acquire",
  digest: "84ee070061868443e0d6ba5f9c0ae6be614b0ac2",
  keyLockingDigest: "5f679078fe99318a073173d4714f1ff2717af79e",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind, capacity, text, manner, most = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])\nlocal a = parse_ask(text)\nlocal now, micros = clock()\nlocal r = read(1, kind, capacity)\nif not r or r.kind ~= kind then return { 'kind', r and r.kind or '', r and r.capacity or 0 } end\nlocal changed = expire(r, now)\nif r.head ~= '-' then\nlocal before = r.head\npromote(r, now, micros)\nchanged = changed or r.head ~= before\nend\nlocal function answer(reply)\nif changed then write(r, now) end\nreturn reply\nend\nlocal mine = holder(r, a.attempt)\nif mine then return answer({ 'granted', mine.fence, mine.expiry - now, mine.owner, now }) end\nif over(r, a.attempt, now) then return answer({ 'ended' }) end\nif r.capacity ~= tonumber(capacity) and not has_place(r, text) then return answer({ 'kind', r.kind, r.capacity }) end\nlocal open = r.closed <= now and r.used + a.weight <= r.capacity\nif open and (r.head == '-' or string.sub(manner, 1, 5) == 'barge') then\nleave(r, text)\ngrant(r, a, a.ttl, now, micros)\nannounce(r, now)\nchanged = true\nreturn answer({ 'granted', r.fence, a.ttl, a.owner, now })\nend\nlocal waiters = r.waiting + (r.head == '-' and 0 or 1)\nlocal held_for = math.max(now - math.floor(r.fence / 1000), 0)\nif string.sub(manner, -3) == 'try' then return answer({ 'held', free_in(r, now), held_for, waiters, now }) end\nif most > 0 and waiters >= most and not has_place(r, text) then return answer({ 'full', free_in(r, now), held_for, waiters, now }) end\nlocal position = enqueue(r, text, now, micros)\nchanged = true\nreturn answer({ 'queued', free_in(r, now), held_for, position, now })";
  },
};

export const acquireAllScript: Script = {
  name: "acquire-all",
  digest: "dc3e09024c46b8ec93118728fd93833dadb7784b",
  keyLockingDigest: "d011a200a35e5b7b4382133aeb7bf6426d0fcf07",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local a = parse_ask(ARGV[1])\nlocal now, micros = clock()\nlocal records, mine = {}, 0\nfor i = 1, #KEYS / KEYS_PER_NAME do\nlocal r = read(i, 'mutex', '1')\nif not r or r.kind ~= 'mutex' then return { 'kind', r and r.kind or '', r and r.capacity or 0 } end\nif expire(r, now) then\npromote(r, now, micros)\nwrite(r, now)\nend\nif over(r, a.attempt, now) then return { 'ended' } end\nif r.attempt == a.attempt then mine = mine + 1 end\nrecords[i] = r\nend\nlocal reply = { 'granted', a.ttl, a.owner, now }\nfor i, r in ipairs(records) do\nif mine < #records and (r.attempt ~= '-' or r.head ~= '-' or r.closed > now) then\nreturn { 'held', i, free_in(r, now), math.max(now - math.floor(r.fence / 1000), 0), now }\nend\nend\nfor i, r in ipairs(records) do\nif mine < #records then\ngrant(r, a, a.ttl, now, micros)\nwrite(r, now)\nelse\nreply[2], reply[3] = math.min(reply[2], r.expiry - now), r.owner\nend\nreply[4 + i] = r.fence\nend\nreturn reply";
  },
};

export const convertScript: Script = {
  name: "convert",
  digest: "ff8d0fa8d841c91e9b8ef143630941a0901b169b",
  keyLockingDigest: "02bd4473bb45cea1545e5c6a61f893c845c81a87",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local attempt, owner, fence, mode, weight = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])\nlocal now, micros = clock()\nlocal r = read(1)\nif not r then return { 'kind' } end\nlocal changed = expire(r, now)\nlocal h = holder(r, attempt)\nlocal reply = { 'lost' }\nif h and h.owner == owner and h.fence > fence and h.mode == mode then\nreply = { 'converted', h.fence, h.expiry - now }\nelseif h and h.owner == owner and h.fence == fence then\nif r.used - h.weight + weight > r.capacity then return { 'refused' } end\nr.fence = math.max(r.fence + 1, micros)\nr.used = r.used - h.weight + weight\nh.fence, h.mode, h.weight = r.fence, mode, weight\nput_holder(r, attempt, h, now)\nreply = { 'converted', h.fence, h.expiry - now }\nchanged = true\nend\nif changed then\npromote(r, now, micros)\nwrite(r, now)\nend\nreturn reply";
  },
};

export const extendScript: Script = {
  name: "extend",
  digest: "e30fcec38cd5b84b39081e025b4c9cc51ed80809",
  keyLockingDigest: "2583469924ed2eeefdc52ba27de572be51cf5e78",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local now, micros = clock()\nlocal remaining = {}\nfor i = 1, #KEYS / KEYS_PER_NAME do\nlocal attempt, owner, ttl = ARGV[3 * i - 2], ARGV[3 * i - 1], tonumber(ARGV[3 * i])\nlocal r = read(i)\nlocal h = r and holder(r, attempt)\nremaining[i] = 0\nif h and h.owner == owner and h.expiry > now then\nh.expiry = math.max(h.expiry, now + ttl)\nput_holder(r, attempt, h, now)\nremaining[i] = h.expiry - now\nif r.head ~= '-' then tell_front(r, now) end\nwrite(r, now)\nelseif r and expire(r, now) then\npromote(r, now, micros)\nwrite(r, now)\nend\nend\nreturn remaining";
  },
};

export const forceReleaseScript: Script = {
  name: "force-release",
  digest: "4a31ecaf0d58e077486fd4b56ef117c7442b73a6",
  keyLockingDigest: "2d7aadf4e7f41105964bc523ddec5aa5fe81f27c",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local attempt = ARGV[1]\nlocal now, micros = clock()\nlocal r = read(1)\nif not r then return { 'kind' } end\nif remembers(r.broken, '!' .. attempt) then return 1 end\nif remembers(r.broken, '.' .. attempt) then return 0 end\nexpire(r, now)\nlocal attempts = r.kind == 'mutex' and { r.attempt ~= '-' and r.attempt or nil } or redis.call('HKEYS', r.holders)\nfor _, holding in ipairs(attempts) do drop_holder(r, holding, holder(r, holding), 'broken') end\nr.broken = remember(r.broken, (#attempts > 0 and '!' or '.') .. attempt)\npromote(r, now, micros)\nwrite(r, now)\nreturn #attempts > 0 and 1 or 0";
  },
};

export const guardScript: Script = {
  name: "guard",
  digest: "629740916e512f15afb72106e0ead1725073fa50",
  keyLockingDigest: "4c93ac1b173c5ef4cb7384b60b0dea23a484a79a",
  get source() {
    return "local MOST_WRITERS = 16\nredis.call('STRLEN', KEYS[1])\nlocal seen, writers = string.match(redis.call('GET', KEYS[2]) or '0', '^(%d+)(.*)$')\nif not seen then return { 'kind' } end\nlocal fence, writer, number = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])\nif tonumber(seen) > fence then return tonumber(seen) end\nlocal record, listed = string.format('%s %s:%s', ARGV[1], writer, ARGV[3]), 1\nif tonumber(seen) == fence then\nfor other, last in string.gmatch(writers, ' (%S+):(%d+)') do\nif other == writer then\nif tonumber(last) >= number then return fence end\nelseif listed < MOST_WRITERS then\nrecord, listed = record .. ' ' .. other .. ':' .. last, listed + 1\nend\nend\nend\nredis.call('SET', KEYS[2], record, 'PX', ARGV[4])\nif ARGV[5] == 'delete' then\nredis.call('DEL', KEYS[1])\nelseif ARGV[7] == '0' then\nredis.call('SET', KEYS[1], ARGV[6])\nelse\nredis.call('SET', KEYS[1], ARGV[6], 'PX', ARGV[7])\nend\nreturn fence";
  },
};

export const inspectScript: Script = {
  name: "inspect",
  digest: "63d69ca432291b8bbe25abe23930499c87632030",
  keyLockingDigest: "640e72d9b0a0ca2e96bbbbfede405a8ac9f7766a",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local most = tonumber(ARGV[1])\nlocal now, micros = clock()\nlocal r = read(1)\nif not r then return { 'kind' } end\nif expire(r, now) then\npromote(r, now, micros)\nwrite(r, now)\nend\nlocal attempts = { r.attempt ~= '-' and r.attempt or nil }\nif r.kind ~= 'mutex' then attempts = redis.call('ZRANGE', r.expiries, 0, most - 1) end\nlocal holders, waiters = {}, {}\nfor _, attempt in ipairs(attempts) do\nlocal h = holder(r, attempt)\nif h then\nfor _, value in ipairs({ redis.sha1hex(attempt), h.expiry, h.fence, h.weight, h.mode, h.metadata }) do table.insert(holders, value) end\nend\nend\nlocal function list(ticket, text)\nlocal a = parse_ask(text)\nfor _, value in ipairs({ math.floor(ticket / 1000), a.weight, a.mode, a.metadata }) do table.insert(waiters, value) end\nend\nif r.head ~= '-' then list(head(r)) end\nlocal queued = most > 1 and r.waiting > 0 and redis.call('ZRANGE', r.queue, 0, most - 2, 'WITHSCORES') or {}\nfor i = 1, #queued, 2 do list(tonumber(queued[i + 1]), queued[i]) end\nreturn { r.kind, r.capacity, r.used, r.fence, now, r.closed, r.waiting + (r.head == '-' and 0 or 1), holders, waiters }";
  },
};

export const latchScript: Script = {
  name: "latch",
  digest: "bf6de629fbde72ef1d7ae24b61edfd7afe26af17",
  keyLockingDigest: "5b415b44a4efe2c69b46bcf3a558f28565862ef7",
  get source() {
    return "local key, attempt = KEYS[1], '+' .. ARGV[3]\nlocal latch = redis.pcall('HMGET', key, 'count', 'left', 'keep', attempt)\nif latch.err then\nlocal lock = redis.pcall('GET', key)\nlocal kind, capacity = string.match(type(lock) == 'string' and lock or '', '^(%l+) (%d+) ')\nreturn { 'kind', kind or '', tonumber(capacity or 0) }\nend\nlocal count, left, kept, told = unpack(latch)\nlocal known = count and left and kept\nif known and count ~= ARGV[1] then return { 'kind', 'latch', tonumber(count) } end\nif not known and redis.call('EXISTS', key) == 1 then return { 'kind', '', 0 } end\nif told then return tonumber(told) end\nleft = tonumber(known and left or ARGV[1])\nlocal keep = math.max(tonumber(ARGV[2]), tonumber(known and kept or 0))\nif left > 0 and attempt ~= '+' then\nleft = math.max(left - tonumber(ARGV[4]), 0)\nredis.call('HSET', key, 'count', ARGV[1], 'left', left, 'keep', keep, attempt, left)\nredis.call('PEXPIRE', key, keep)\nif left == 0 then redis.call('PUBLISH', ARGV[5], 'ask') end\nelseif left > 0 and known and ARGV[2] ~= '0' then\nredis.call('PEXPIRE', key, keep)\nend\nreturn left";
  },
};

export const listScript: Script = {
  name: "list",
  digest: "404c36bc36d4d4f77c2a32f45a0882ee3f40c488",
  keyLockingDigest: "0270bb60331bf30394ff1f1d789b195a8a7d107e",
  plain: true,
  get source() {
    return "local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])\ntable.insert(page[2], 1, page[1])\nreturn page[2]";
  },
};

export const releaseScript: Script = {
  name: "release",
  digest: "6d1a88c3dd82aaf2f120cbef3a31db217df37f56",
  keyLockingDigest: "228f2c413c19b29d38cc12bb99112e11e84b0fba",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local attempt, owner = ARGV[1], ARGV[2]\nlocal released = {}\nfor i = 1, #KEYS / KEYS_PER_NAME do\nlocal fence = tonumber(ARGV[2 + i])\nlocal r = read(i)\nlocal h = r and holder(r, attempt)\nif h and h.owner == owner then\ndrop_holder(r, attempt, h, 'released')\nlocal now, micros\nif r.head ~= '-' then\nnow, micros = clock()\nexpire(r, now)\npromote(r, now, micros)\nend\nwrite(r, now)\nreleased[i] = 1\nelse\nlocal known = r and not h and r.born > 0 and fence >= r.born and fence <= r.fence\nreleased[i] = known and not remembers(r.broken, attempt) and 1 or 0\nend\nend\nreturn released";
  },
};

export const resizeScript: Script = {
  name: "resize",
  digest: "d6f4d78799a60866fbadfe3609e49a5deb991d0a",
  keyLockingDigest: "ecc0003deebdedd123a600df6795cb6a85dcf25c",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local now, micros = clock()\nlocal r = read(1, ARGV[1], ARGV[2])\nif not r or r.kind ~= ARGV[1] then return { 'kind', r and r.kind or '', r and r.capacity or 0 } end\nlocal call = '=' .. ARGV[3]\nif remembers(r.broken, call) then return r.capacity end\nr.broken = remember(r.broken, call)\nr.capacity = tonumber(ARGV[2])\nexpire(r, now)\npromote(r, now, micros)\nwrite(r, now)\nreturn r.capacity";
  },
};

export const takeBackScript: Script = {
  name: "take-back",
  digest: "96a3ac12c3c3859b24ac5ffdc2866e1b9a57b89b",
  keyLockingDigest: "3fc7d641d149cadb9cea384c5b8e6e1c3ba88f42",
  get source() {
    return record + "\n" + holders + "\n" + queue + "\n" + "local kind, capacity, text = ARGV[1], ARGV[2], ARGV[3]\nlocal a = parse_ask(text)\nlocal now, micros = clock()\nfor i = 1, #KEYS / KEYS_PER_NAME do\nlocal r = read(i, kind, capacity)\nif r then\nlocal h = holder(r, a.attempt)\nif h and h.owner == a.owner then drop_holder(r, a.attempt, h, 'released') end\nleave(r, text)\nr.gone = now + GONE_MS\nredis.call('ZREMRANGEBYSCORE', r.taken_back, '-inf', whole(now))\nredis.call('ZADD', r.taken_back, whole(r.gone), a.attempt)\nredis.call('PEXPIRE', r.taken_back, GONE_MS)\nexpire(r, now)\npromote(r, now, micros)\nwrite(r, now)\nend\nend\nreturn 1";
  },
};
