"""The same Flask application, the same rules, under waitress. argv: port, scenario file, secret."""

import sys
from pathlib import Path

import waitress

from simulator.apis import discover
from simulator.app import create_app
from simulator.sandbox.config import SandboxConfig
from simulator.scenario.loader import load
from simulator.simulation import Simulation

port, rules, secret = sys.argv[1:]
apis = list(discover())
scenario = load(Path(rules).read_text(), apis, name=rules)
app = create_app(Simulation(apis, secret=secret.encode(), config=SandboxConfig(scenario=scenario)))
waitress.serve(app, host="127.0.0.1", port=int(port), threads=8, _quiet=True)
