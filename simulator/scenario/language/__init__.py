"""The scenario language: turns text into a checked document, or reports every mistake with its place."""
