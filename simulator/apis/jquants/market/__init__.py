"""A synthetic market behind the data endpoints: generated, never copied, and the same in every process.

Nothing here is a record of anything. Each figure is a function of its company and its day (:mod:`chance`), so any
day can be asked for without making the days before it, and nothing is kept but small caches. What the documents
show as samples (86970 on 2022-11-11, 2023-01-30 and 2023-03-24) stands here as they show it.

* ``trading_days`` the exchange's calendar · ``companies`` who is listed · ``chance`` where figures come from
* one file a family of data: ``quotes``, ``indices``, ``derivatives``, ``margin``, ``flows``, ``shorts``,
  ``statements``, ``dividends`` …
* ``tables`` the nineteen endpoints, one row each · ``query`` what a call asks for · ``plans`` who may ask
* ``answers`` the one operation they all share

Nothing is imported before the first data call, and nothing is generated before it is asked for.
"""
