"""Where the tests keep their files, and how Hypothesis runs here: `dev` looks in new places each time, `ci` in the
same ones.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings

# Thousands of databases are made and dropped, each of them hundreds of files: in memory, where there is room for it.
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30
# How many objects are made between two looks for garbage: opening a platform makes some hundred thousand.
YOUNG_OBJECTS = 50_000

if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

settings.register_profile("dev", deadline=None, max_examples=100)
settings.register_profile(
    "ci", parent=settings.get_profile("dev"), max_examples=12, derandomize=True, print_blob=True
)
settings.load_profile(os.environ.get("DEALWRIGHT_HYPOTHESIS_PROFILE", "dev"))
# Tests read English, whatever the locale of who runs them.
os.environ["DEALWRIGHT_LANG"] = "en"


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, not over and over through the thousands of tests themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
