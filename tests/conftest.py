"""Where the tests keep their files, and how Hypothesis runs here: `dev` looks in new places each time, `ci` in the
same ones.
"""

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings

# Thousands of databases are made and dropped, each of them hundreds of files: in memory, where there is room for it.
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30

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
