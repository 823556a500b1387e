"""The data every layer passes around: APIs, calls, answers and their delivery. Standard library only."""
