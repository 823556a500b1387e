-- How many journal entries were lost since the journal of a sandbox began, in any sandbox. ARGV: sandbox.
return lost() - tonumber(redis.call('HGET', ours('sandbox:' .. ARGV[1]), 'lost') or 0)
