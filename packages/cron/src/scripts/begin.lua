-- Begins an attempt at a task, under a lease of the task's lock; or says why not. Without a lease it only says why not.
--
-- KEYS  task, job, order, runs: see task.lua
-- ARGV  1 fence of the lease, 0 without one  2 round within the lease  3 lock: "job" | "task"  4 attempts, 0 for no limit
--       5 at most ms  6 at least ms  7 keep ms  8 scheduled time or "-"  9 cron expression  10 time zone  11 who, as JSON
--       12 fingerprint  13 id of this call  14 "1" if the holder of the lock is known to run this very task
--       15 "1" if a run in the way ends the call  16 "1" if a busy lock does
--       17 occurrence
-- reply {"began", now, attempt, latest time scheduled before this one or ""} | {"succeeded", now, attempt, ended, kept, result}
--       | {"running", now, until when at most} | {"soon", now, until when} | {"exhausted", now, attempts, fault}
--       | {"busy", now} | {"stale", now} | {"mismatch", now}
--
-- One step, because of two that begin at the same time only one may find that nobody has. What ends a call is written into
-- the history of the job in the same step.
--@acknowledged began
--@include task
local fencing, turn, under, most = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local at_most, at_least, keep_ms = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local scheduled, mark, occasion = ARGV[8], ARGV[12], ARGV[17]
local leased = fencing > 0
local now = clock()
local t = read()
local j = {}
if job_key then
  j.newest, j.closed, j.closer, j.fencing = unpack(redis.call('HMGET', job_key, 'latest', 'held', 'holder', 'fence'))
end
local lifetime = math.max(keep_ms, at_most + 60000)

local function skip(cause)
  tell(ARGV[13], table.concat({ 'skipped:' .. cause, whole(t.tries), '0', whole(now), whole(now), scheduled, ARGV[11] }, ' '),
    now, keep_ms)
end

if t.mark and t.mark ~= '' and mark ~= '' and t.mark ~= mark then return { 'mismatch', now } end
if t.phase == 'succeeded' then
  skip('succeeded')
  return { 'succeeded', now, t.tries, tonumber(t.over), tonumber(t.have), t.value }
end

local order = compare(t, fencing, turn)
if t.phase == 'running' then
  -- Only one holds the lock at a time, so with a later fence the lease of that run has ended. Under another lock, or
  -- without a lease, what counts is how long it can last.
  local apart = not leased or t.under ~= under
  local passed = t.under == 'job' and tonumber(j.fencing or 0) > t.fencing
  if leased and order == 0 then return { 'began', now, t.tries, t.prior } end
  if apart and not passed and now < tonumber(t.till) then
    if ARGV[15] == '1' then skip('running') end
    return { 'running', now, tonumber(t.till) }
  end
end
if leased and order >= 0 then return { 'stale', now } end
if not leased then
  if ARGV[14] == '1' then
    if ARGV[15] == '1' then skip('running') end
    return { 'running', now, now + at_most }
  end
  if ARGV[16] == '1' then skip('overlap') end
  return { 'busy', now }
end

if t.phase == 'running' then
  retell(run_id(t.fencing, t.turn), 'abandoned', now)
  t.phase, t.why = 'abandoned', ''
  redis.call('HSET', task_key, 'state', t.phase, 'fault', '', 'ended', whole(now))
end
if most > 0 and t.tries >= most then
  skip('exhausted')
  return { 'exhausted', now, t.tries, t.why or '' }
end
if tonumber(j.closed or 0) > now and j.closer ~= occasion then
  if ARGV[16] == '1' then skip('too-soon') end
  return { 'soon', now, tonumber(j.closed) }
end

local prior = t.prior
if not prior then
  prior = ''
  if j.newest and scheduled ~= '-' and tonumber(j.newest) < tonumber(scheduled) then prior = j.newest end
end
redis.call('HSET', task_key, 'state', 'running', 'attempt', whole(t.tries + 1), 'fence', ARGV[1], 'round', ARGV[2],
  'started', whole(now), 'lasts', whole(now + at_most), 'lock', under, 'before', prior, 'print', mark, 'fault', '')
redis.call('PEXPIRE', task_key, whole(lifetime))
if job_key then
  redis.call('HSET', job_key, 'cron', ARGV[9], 'zone', ARGV[10])
  if under == 'job' then redis.call('HSET', job_key, 'fence', ARGV[1]) end
  if scheduled ~= '-' and tonumber(scheduled) > tonumber(j.newest or 0) then redis.call('HSET', job_key, 'latest', scheduled) end
  if at_least > 0 then
    redis.call('HSET', job_key, 'held', whole(math.max(now + at_least, tonumber(j.closed or 0))), 'holder', occasion)
  end
  live_on(job_key, lifetime)
end
tell(run_id(fencing, turn), table.concat({ 'running', whole(t.tries + 1), ARGV[1], whole(now), '0', scheduled, ARGV[11] }, ' '),
  now, lifetime)
return { 'began', now, t.tries + 1, prior }
