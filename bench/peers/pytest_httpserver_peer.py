"""The same rule with pytest-httpserver: two 500s, then a fixed answer. argv: port."""

import sys
import threading

from pytest_httpserver import HTTPServer

PATH = "/v1/token/auth_refresh"
server = HTTPServer(host="127.0.0.1", port=int(sys.argv[1]))
for _ in range(2):
    server.expect_oneshot_request(PATH, method="POST").respond_with_json({"message": "Unexpected error."}, status=500)
server.expect_request(PATH, method="POST").respond_with_json({"idToken": "x" * 400})
server.start()
threading.Event().wait()
