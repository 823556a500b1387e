"""A synthetic market behind the data endpoints: generated, not recorded, and the same in every process.

Each figure is a function of its company and its day (:mod:`value_noise`). So any day can be computed without the days
before it, and only small caches are kept. The samples of the documents (86970 on 2022-11-11, 2023-01-30 and 2023-03-24)
have the documents' values.

* the call: ``operations`` (token and plan) → ``answers`` (shared by all endpoints) → ``query`` (parameters) → ``pages``
* the table: ``endpoints``, one row each, and their ``columns``
* the world: ``trading_days`` · ``trading_rules`` · ``sectors`` · ``companies`` · ``value_noise``
* the rows, one family of endpoints per file, each with its ``SOURCES``: ``listings`` · ``prices`` (from ``quotes``) ·
  ``indices`` · ``flows`` · ``margin`` · ``shorts`` · ``statements`` (from ``filings``) · ``dividends`` ·
  ``derivatives`` (from ``contracts``)

Only the operations and the table are imported at start; a family is imported by the first call that needs it.
simulator/apis/jquants/README.md lists what is known of the real service and what was chosen here.
"""
