"""One small program a client: what somebody's own program would do with it, step by step.

Each runs in the client's environment, where the simulator is not installed, finds base URL and credentials in
``os.environ`` and prints what came of its steps as JSON.
"""
