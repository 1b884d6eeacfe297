-- Finds jobs, a page at a time.
--
-- KEYS  none: the jobs are what is looked for
-- ARGV  1 cursor  2 pattern  3 how many keys to look at
-- reply {next cursor, key, ...}
--@plain
local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
table.insert(page[2], 1, page[1])
return page[2]
