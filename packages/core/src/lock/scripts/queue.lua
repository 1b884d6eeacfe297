-- Who waits, in the order of tickets. The waiter in front is kept in the record, because every hand-over needs it;
-- the others are a sorted set of asks by ticket. Waiters look in now and then, which keeps the queue alive; a queue
-- that nobody looks into is gone QUEUE_MS later.

local DEPUTIES = 5
-- The most waiters that one script lets in. Whoever is in front after that asks at once, and lets the next ones in.
local LET_IN = 100

local function pop_head(r)
  r.head = '-'
  if r.waiting == 0 then return end
  local next_up = redis.call('ZPOPMIN', r.queue)
  r.waiting = next_up[1] and r.waiting - 1 or 0
  if next_up[1] then r.head = next_up[2] .. ' ' .. next_up[1] end
end

local function head(r)
  local ticket, text = string.match(r.head, '^(%S+) (.+)$')
  return tonumber(ticket), text
end

-- Gives the ask a place, or finds the one it has. Position 1 is the front.
local function enqueue(r, text, now, micros)
  local _, first = head(r)
  if first == text then return 1 end
  local ticket = math.max(r.ticket + 1, micros)
  if not first then
    r.ticket, r.head = ticket, whole(ticket) .. ' ' .. text
    return 1
  end
  if redis.call('ZADD', r.queue, 'NX', whole(ticket), text) == 1 then
    r.ticket, r.waiting = ticket, r.waiting + 1
    keep(r, r.waiting == 1, now, now + QUEUE_MS)
    return r.waiting + 1
  end
  r.waiting = redis.call('ZCARD', r.queue)
  keep(r, false, now, now + QUEUE_MS)
  return redis.call('ZRANK', r.queue, text) + 2
end

local function has_place(r, text)
  local _, first = head(r)
  return first == text or r.waiting > 0 and redis.call('ZSCORE', r.queue, text) ~= false
end

local function leave(r, text)
  local _, first = head(r)
  if first == text then
    pop_head(r)
  elseif r.waiting > 0 and redis.call('ZREM', r.queue, text) == 1 then
    r.waiting = r.waiting - 1
  end
end

-- Tells a waiter when to look. False when nobody listens who should.
local function tell(text, look_in)
  local a = parse_ask(text)
  return a.channel == '-' or redis.call('PUBLISH', a.channel, string.format('first %s %.0f', a.nonce, look_in)) > 0
end

-- Whoever is in front learns when to look, in case the holder dies without a word. If nobody listens there, a waiter
-- behind it does it instead.
local function tell_front(r, now)
  local _, text = head(r)
  local look_in = free_in(r, now)
  if tell(text, look_in) or r.waiting == 0 then return end
  for _, deputy in ipairs(redis.call('ZRANGE', r.queue, 0, DEPUTIES - 1)) do
    if tell(deputy, look_in) then return end
  end
end

-- To be called when the front may be another than when the script began.
local function announce(r, now)
  if r.head ~= '-' and r.head ~= r.first then tell_front(r, now) end
  r.first = r.head
end

-- Grants the name to the front of the queue for as long as it fits. A grant made here lasts one claim window: if nobody
-- is there to take it, that is all it costs.
local function promote(r, now, micros)
  local let_in = 0
  while r.head ~= '-' and r.closed <= now do
    local ticket, text = head(r)
    local a = parse_ask(text)
    if a.place > 0 and ticket / 1000 + a.place < now then
      pop_head(r)
    elseif a.weight > r.capacity or holder(r, a.attempt) or over(r, a.attempt, now) then
      -- Not to be granted again, or ever: whoever waits for it learns why by asking.
      pop_head(r)
      tell(text, 0)
    elseif r.used + a.weight > r.capacity then
      break
    elseif let_in == LET_IN then
      tell(text, 0)
      r.first = r.head
      break
    else
      local lease = math.min(a.ttl, a.claim)
      let_in = let_in + 1
      pop_head(r)
      grant(r, a, lease, now, micros)
      if a.channel ~= '-' then table.insert(r.news, { a.channel, string.format('granted %s %.0f %.0f %.0f', a.nonce, r.fence, now, lease) }) end
    end
  end
  announce(r, now)
end
