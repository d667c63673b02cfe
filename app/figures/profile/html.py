"""HTML of a unit's profile: one line per target, with marks at percentages of the track's width."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from app.figures.drawing.text_room import room_for
from app.figures.profile.spec import Band, Profile
from app.figures.scale import Scale
from app.ui.figure_text import value_text
from app.ui.templates import render

# Heights (percent) of the peers' numbered marks, alternating above and below the unit's own mark.
PEER_LANES = (16, 84, 16, 84)
# The minimum width of a band, so that it is visible where all districts are equal.
NARROWEST = 0.4


def draw_profile(profile: Profile, open_target: Callable[[str], str]) -> Markup:
    """Render the profile; `open_target(code)` is the address of a target's line."""
    return render(
        "figures/profile/profile.html",
        profile=profile,
        open_target=open_target,
        breadth=breadth,
        lanes=PEER_LANES,
        room=room_for(value_text(row) for one in profile.rows for row in (one.line.row, one.line.city) if row),
    )


def breadth(band: Band, scale: Scale) -> str:
    """Return the width of a band as a length in SVG."""
    return scale.percent(max(band.high - band.low, NARROWEST))
