"""HTML of a unit's profile: a line a target, its marks at percentages of the track's width."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.core.i18n import Words
from app.figures.profile.spec import Band, Profile
from app.figures.scale import Scale
from app.ui.templates import render

# Heights (percent) of the peers' numbered marks, above and below the unit's own in turn.
PEER_LANES = (16, 84, 16, 84)
# A band of districts that are all alike is still seen.
NARROWEST = 0.4


def draw_profile(profile: Profile, open_target: Callable[[str], str], words: Words) -> Markup:
    """The profile; `open_target(code)` is where a target's line leads."""
    return render(
        "figures/profile/profile.html",
        profile=profile,
        open_target=open_target,
        breadth=breadth,
        lanes=PEER_LANES,
        words=words,
    )


def breadth(band: Band, scale: Scale) -> str:
    """How wide a band is drawn, as a length in SVG."""
    return scale.percent(max(band.high - band.low, NARROWEST))
