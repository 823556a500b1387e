"""A Flask application of two lines that answers a fixed text, under waitress. argv: port."""

import sys

import waitress
from flask import Flask

app = Flask("constant")
app.post("/v1/token/auth_refresh")(lambda: {"idToken": "x" * 800})
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
