"""Tests read English, wherever they run."""

import os

os.environ["CABLEGRAM_LANGUAGE"] = "en"
