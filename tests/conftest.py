"""How Hypothesis runs here: `dev` looks in new places each time, `ci` in the same ones."""

import os

from hypothesis import settings

settings.register_profile("dev", deadline=None, max_examples=100)
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("DEALWRIGHT_HYPOTHESIS_PROFILE", "dev"))
# Tests read English, whatever the locale of who runs them.
os.environ["DEALWRIGHT_LANG"] = "en"
