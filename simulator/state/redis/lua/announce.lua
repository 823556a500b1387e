-- Ask all workers to write their pending entries. ARGV: writer, sandbox. Answers the number of the request and the
-- workers that must acknowledge it.
return { tell(ARGV[1], 'write', ARGV[2]) }
