"""The operation that all data endpoints share: read the query, choose the page, make its rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module

from simulator.apis.jquants import replies, texts
from simulator.apis.jquants.facts import Plan
from simulator.apis.jquants.market import pages
from simulator.apis.jquants.market.endpoints import ROW_LIMIT, Dataset
from simulator.apis.jquants.market.query import BadRequest, NothingAvailable, Source, parse_query
from simulator.apis.jquants.plans import coverage, japan_time
from simulator.core.errors import Rejection
from simulator.core.model.call import Reply


def source(endpoint: Dataset) -> Source:
    """The source of the rows. The first call of a family imports it, which keeps the start fast."""
    family = import_module(f"simulator.apis.jquants.market.{endpoint.family}")
    found: Source = family.SOURCES[endpoint.key]
    return found


def answer(endpoint: Dataset, given: Mapping[str, str], plan: Plan, at: datetime) -> Reply:
    """A data endpoint's answer to an authorised caller.

    In:      GET <endpoint.path> with the parameters of docs/sources/jquants.md §4.4; ``given`` holds the non-empty
             ones
    Out:     200 {<endpoint.key>: [row, …], "pagination_key": str while more rows remain}
             210 {"message": …} prices_am outside its hours or for an unknown code
    Rejects: outside_subscription  a date that the plan does not cover
             too_large             more than ROW_LIMIT rows match
             400 with a message    a parameter that is missing or malformed
    Order:   token and plan have been checked; parameters, dates, data (docs/sources/jquants.md §7)
    """
    try:
        return _page(endpoint, given, plan, at)
    except BadRequest as no:
        return replies.message(400, no.text)
    except NothingAvailable:
        return replies.nothing_now()


def _page(endpoint: Dataset, given: Mapping[str, str], plan: Plan, at: datetime) -> Reply:
    query = parse_query(endpoint, given, plan, coverage(plan, at), japan_time(at))
    first = pages.resume(endpoint.key, given) if endpoint.page is not None else None
    keys, row = source(endpoint)
    found = keys(query)
    if len(found) > ROW_LIMIT:
        raise Rejection("too_large")
    if first is not None and found and len(first) != len(found[0]):
        raise BadRequest(texts.PAGINATION_KEY_INVALID)
    start = 0 if first is None else bisect_left(found, first)
    stop = len(found) if endpoint.page is None else start + endpoint.page
    more = pages.key_for(endpoint.key, given, found[stop]) if stop < len(found) else None
    return replies.rows(endpoint.key, [row(key, query) for key in found[start:stop]], more)
