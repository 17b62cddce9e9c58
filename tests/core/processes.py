"""Processes of a test's own: forked from one that has done nothing but import the platform, which takes a second."""

import multiprocessing
from multiprocessing.context import ForkServerContext


def several() -> ForkServerContext:
    """What starts processes, and makes what they share."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["dealwright_core.platform", "dealwright_core.importing", "psycopg"])
    return context
