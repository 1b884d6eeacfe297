-- Reads the state of a name, after ending the leases whose time is over.
--
-- KEYS  1 record, 2 queue, 3 holders, 4 expiries, 5 attempts taken back
-- ARGV  1 how many holders and waiters to list at the most
-- reply {kind, capacity, used, fence, now, closed until, waiters,
--        {attempt's SHA-1, expiry, fence, weight, mode, metadata, ...},
--        {attempt's SHA-1, ticket, weight, mode, metadata, ...}}
--
-- Owners and attempts are secrets; attempts leave the server as a hash only.
--@include record
--@include holders
--@include queue
local most = tonumber(ARGV[1])
local now, micros = clock()
local r = read(1)
if not r then return { 'kind' } end
if expire(r, now) then
  promote(r, now, micros)
  write(r, now)
end

local attempts = { r.attempt ~= '-' and r.attempt or nil }
if r.kind ~= 'mutex' then attempts = redis.call('ZRANGE', r.expiries, 0, most - 1) end
local holders, waiters = {}, {}
for _, attempt in ipairs(attempts) do
  local h = holder(r, attempt)
  if h then
    for _, value in ipairs({ redis.sha1hex(attempt), h.expiry, h.fence, h.weight, h.mode, h.metadata }) do table.insert(holders, value) end
  end
end
local function list(ticket, text)
  local a = parse_ask(text)
  for _, value in ipairs({ redis.sha1hex(a.attempt), math.floor(ticket / 1000), a.weight, a.mode, a.metadata }) do table.insert(waiters, value) end
end
if r.head ~= '-' then list(head(r)) end
local queued = most > 1 and r.waiting > 0 and redis.call('ZRANGE', r.queue, 0, most - 2, 'WITHSCORES') or {}
for i = 1, #queued, 2 do list(tonumber(queued[i + 1]), queued[i]) end
return { r.kind, r.capacity, r.used, r.fence, now, r.closed, r.waiting + (r.head == '-' and 0 or 1), holders, waiters }
