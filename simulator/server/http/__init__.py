"""HTTP/1.1 as data: bytes in, requests out; replies in, bytes out. No I/O."""
