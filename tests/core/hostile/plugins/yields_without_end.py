"""Yields contributions for ever."""

import itertools

from dealwright import Measure, hookimpl


@hookimpl
def measures():
    for number in itertools.count():
        yield Measure(f"m{number}", "One more", facts="opportunity", aggregate="count")
