"""Texts and limits of bundles of many reports, for the page's script."""

from __future__ import annotations

import json

from app.core.i18n import words
from warehouse.intake import MAX_BUNDLE_BYTES

MEGABYTE = 1_000_000
# States of a report in a bundle, as the script distinguishes them.
STANDINGS = ("busy", "failed", "refused", "note", "rival", "ready", "known", "landed")


def script_texts() -> dict[str, str]:
    """Return the attributes of the page's part, without `data-`: words, the largest zip, how many reports are where."""
    standings = {name: words(f"bundle.count_{name}", count="{count}") for name in STANDINGS}
    return {
        "bundle-limit": str(MAX_BUNDLE_BYTES),
        "bundle-too-large": words("submit.too_large", limit=MAX_BUNDLE_BYTES // MEGABYTE),
        "opening": words("bundle.opening"),
        "cannot-unpack": words("bundle.cannot_unpack"),
        "rival": words("bundle.rival", other="{other}"),
        "standings": json.dumps(standings, ensure_ascii=False),
    }
