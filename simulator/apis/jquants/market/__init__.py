"""A synthetic market behind the data endpoints: generated, never copied, and the same in every process.

Nothing here is a record of anything. Each figure is a function of its company and its day (:mod:`chance`), so any
day can be asked for without making the days before it, and nothing is kept but small caches. What the documents
show as samples (86970 on 2022-11-11, 2023-01-30 and 2023-03-24) stands here as they show it.

* the call: ``operations`` token and plan → ``answers`` what all endpoints share → ``query`` what is asked for →
  ``pages`` where it goes on
* the table: ``endpoints``, one row each, and their ``columns``
* the world: ``trading_days`` · ``trading_rules`` · ``sectors`` · ``companies`` · ``chance``
* the rows, a family a file, each with its ``SOURCES``: ``listings`` · ``prices`` (of ``quotes``) · ``indices`` ·
  ``flows`` · ``margin`` · ``shorts`` · ``statements`` (of ``filings``) · ``dividends`` · ``derivatives`` (of
  ``contracts``)

Only the operations and the table are imported at the start; a family is on the first call for it. What is known of
the real service and what was chosen here is said in simulator/apis/jquants/README.md.
"""
