-- Ask all workers to write down what they have in hand. ARGV: writer, sandbox. Answers the number and who must.
return { tell(ARGV[1], 'write', ARGV[2]) }
