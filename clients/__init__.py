"""Released clients of the simulated APIs, pinned, each in an environment of its own: driven, measured and judged."""
