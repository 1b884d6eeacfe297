-- Whether this server may vote in a quorum. One key of each namespace, the last of KEYS, holds
--
--   "state epoch from floor mark bar run"
--
--   state   "voting", or "barred": it may have forgotten leases that others rely on
--   epoch   drawn anew whenever it may have
--   from    when they have all ended, by this server's clock; then it can be admitted again
--   floor   every fence it has forgotten is smaller than this
--   mark    the greatest fence that it ever gave or was given, for any name
--   bar     how long it is barred if it may forget, in milliseconds: the most that any client asked for
--   run     the process of the server, "-" where it does not say
--
-- A server without the key is new, or came back without its data. With another process than before it was restarted, or is
-- a replica that was promoted, and may have lost the latest writes (unless its restarts are said to be durable).
local MEMBER = '^(%l+) (%S+) (%d+) (%d+) (%d+) (%d+) (%S+)$'

local function read_member()
  local m = {}
  m.state, m.epoch, m.from, m.floor, m.mark, m.bar, m.run = string.match(redis.call('GET', KEYS[#KEYS]) or '', MEMBER)
  if not m.state then return nil end
  m.from, m.floor, m.mark, m.bar = tonumber(m.from), tonumber(m.floor), tonumber(m.mark), tonumber(m.bar)
  return m
end

local function put_member(m)
  redis.call('SET', KEYS[#KEYS], string.format('%s %s %.0f %.0f %.0f %.0f %s', m.state, m.epoch, m.from, m.floor, m.mark, m.bar, m.run))
end

-- To be called for every fence that this server gives or is given.
local function note_fence(m, fence)
  if not m or fence <= m.mark then return end
  m.mark = fence
  put_member(m)
end

local function process(restarts)
  if restarts == 'durable' then return '-' end
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w+)') or '-'
end

-- The membership as it is now. `epoch`, `bar`: for the one that begins, and how long it is barred, if leases may be forgotten.
local function member(epoch, bar, restarts, now)
  local m, run = read_member(), process(restarts)
  if m then bar = math.max(bar, m.bar) end
  if m and (run == '-' or run == m.run) and bar == m.bar then return m end
  if m and (run == '-' or m.run == '-' or run == m.run) then
    if m.state == 'barred' then m.from = m.from + bar - m.bar end
    m.bar, m.run = bar, run == '-' and m.run or run
  else
    -- What it remembers of fences may be old, but was true.
    m = { state = 'barred', epoch = epoch, from = now + bar, floor = m and m.floor or 0, mark = m and m.mark or 0, bar = bar, run = run }
  end
  put_member(m)
  return m
end
