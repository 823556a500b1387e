"""The scenario language: text in, a checked document or every mistake with its place out."""
