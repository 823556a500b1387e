-- The sandboxes that were used within ARGV[1] milliseconds.
return redis.call('ZRANGEBYSCORE', ours('sandboxes'), now() - ARGV[1], '+inf')
