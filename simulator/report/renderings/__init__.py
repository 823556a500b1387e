"""How a report looks: one file a format, each offering ``render(reports) -> str``."""
