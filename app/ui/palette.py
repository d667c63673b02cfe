"""Colours of the product, distinct in three colour-vision deficiencies."""

STATUS_FILL: dict[str, str] = {
    "met": "#08519c",
    "on_track": "#9ecae1",
    "behind": "#fdb863",
    "far_behind": "#a63603",
    "monitor": "#ededea",
}
STATUS_INK: dict[str, str] = {
    "met": "#ffffff",
    "on_track": "#10202f",
    "behind": "#2b1a00",
    "far_behind": "#ffffff",
    "monitor": "#16202c",
}
# Cells, chips and boxes, which are many: what is fine is quiet, what is late keeps the colour of its marks.
CELL_FILL: dict[str, str] = STATUS_FILL | {"met": "#e6f0f9", "on_track": "#cde2f2", "monitor": "#f3f3f1"}
CELL_INK: dict[str, str] = STATUS_INK | {"met": "#10202f"}
# A late state that is not certain is hollow: only its outline has the colour.
STATUS_EDGE: dict[str, str] = {f"{status}_unsure": STATUS_FILL[status] for status in ("behind", "far_behind")}
# The same where no outline is possible.
STATUS_PALE: dict[str, str] = {"behind_unsure": "#ffeeda", "far_behind_unsure": "#ecd0c2"}
INK = "#16202c"
MUTED = "#4d5b6b"
LINE = "#c9d1db"
SURFACE = "#f2f4f8"
ACCENT = "#08519c"


# Other colours of the style sheet, which a theme may change. Pale lines and bands turn dark for high contrast.
LIGHT: dict[str, str] = {
    "ink": INK,
    "muted": MUTED,
    "line": LINE,
    "surface": SURFACE,
    "accent": ACCENT,
    "on-accent": "#ffffff",
    "paper": "#ffffff",
    "hover": "#e6ebf2",
    "faint": "#e4e9ef",
    "band": "#c4ced9",
    "edge": "#6b7886",
    "shadow": "rgba(10, 20, 30, .22)",
    "focus": "#6a2fb5",
    "alarm": "#a61e1e",
    "sample": "#fff3c4",
    "sample-ink": "#5c3d00",
    "sample-line": "#e0c060",
    "on-track-line": "#5fa3cf",
    "behind-line": "#e08f2c",
    "series-1": "#08519c",
    "series-2": "#b34700",
    "series-3": "#0b7a5b",
    "series-4": "#8a3d8f",
    "series-5": "#6b5a00",
}
# What figures of the exploring pages use on Streamlit's dark theme.
DARK: dict[str, str] = {
    "ink": "#fafafa",
    "paper": "#0e1117",
    "accent": "#6baed6",
    "edge": "#9aa6b2",
    "focus": "#c9a2ff",
    "series-1": "#6baed6",
    "series-2": "#fdae6b",
    "series-3": "#7bc8a4",
    "series-4": "#c79fd8",
    "series-5": "#d9c24f",
}
CONTRAST: dict[str, str] = {
    "ink": "#000000",
    "muted": "#1a1a1a",
    "line": "#000000",
    "surface": "#ffffff",
    "accent": "#00277a",
    "paper": "#ffffff",
    "hover": "#ffef9e",
    "faint": "#d6d6d6",
    "band": "#8a8a8a",
    "edge": "#000000",
    "focus": "#5200a3",
    "alarm": "#8a0000",
    "sample": "#ffffff",
    "sample-ink": "#000000",
    "sample-line": "#000000",
    "on-track-line": "#0077b6",
    "behind-line": "#8f5600",
    "series-1": "#00277a",
    "series-2": "#8f3300",
    "series-3": "#005c42",
    "series-4": "#6b1f70",
    "series-5": "#4d4000",
}
# The colours used in Plotly figures.
FIGURE_COLOURS = ("ink", "muted", "line", "surface", "accent", "faint", "series-4")
# A projector washes out dark tones; saturation remains. The high-contrast theme uses the same colours.
PROJECTOR: dict[str, str] = {
    "ink": "#000000",
    "muted": "#262626",
    "line": "#767676",
    "edge": "#000000",
    "faint": "#a6a6a6",
    "accent": "#0033b0",
    "alarm": "#8a0000",
    "sample": "#fff3c4",
    "sample-ink": "#000000",
    "sample-line": "#000000",
}
PROJECTOR_FILL: dict[str, str] = {
    "met": "#0033b0",
    "on_track": "#66ccff",
    "behind": "#ffb833",
    "far_behind": "#a81000",
    "monitor": "#e6e6e6",
}
PROJECTOR_EDGE: dict[str, str] = {f"{status}_unsure": PROJECTOR_FILL[status] for status in ("behind", "far_behind")}
PROJECTOR_INK: dict[str, str] = {
    "met": "#ffffff",
    "on_track": "#000000",
    "behind": "#000000",
    "far_behind": "#ffffff",
    "monitor": "#000000",
}
# The same for cells: what is fine is nearly white, and outlined.
PROJECTOR_CELL_FILL: dict[str, str] = PROJECTOR_FILL | {"met": "#eaf1ff", "on_track": "#c4e8ff", "monitor": "#f2f2f2"}
PROJECTOR_CELL_INK: dict[str, str] = PROJECTOR_INK | {"met": "#000000"}
# States whose cells are quieter than their marks.
QUIET = ("met", "on_track", "monitor")


def css_variables() -> str:
    """Return the palette as CSS custom properties, one set per theme."""
    light = _properties(LIGHT | _quiet(CELL_FILL), STATUS_FILL, STATUS_INK)
    contrast = _properties(CONTRAST | _quiet(PROJECTOR_CELL_FILL), PROJECTOR_FILL, PROJECTOR_INK)
    projector = _properties(PROJECTOR | _quiet(PROJECTOR_CELL_FILL), PROJECTOR_FILL, PROJECTOR_INK)
    return f":root{{{light}}}:root[data-theme=contrast]{{{contrast}}}.kpi .deck{{{projector}}}"


def figure_rules() -> str:
    """Return CSS rules that apply high contrast to Plotly figures.

    Plotly writes its colours into every mark, where variables have no effect: each changed colour has a rule of higher
    specificity.
    """
    strokes = {LIGHT[name]: CONTRAST[name] for name in FIGURE_COLOURS}
    fills = strokes | {STATUS_INK[status]: PROJECTOR_INK[status] for status in STATUS_INK}
    fills |= {STATUS_FILL[status]: PROJECTOR_FILL[status] for status in STATUS_FILL}
    return _overruled("stroke", strokes) + _overruled("fill", fills)


def _overruled(kind: str, changes: dict[str, str]) -> str:
    return "".join(
        f"[data-theme=contrast] .js-plotly-plot [style*='{kind}: {_as_written(old)}']{{{kind}:{new} !important}}"
        for old, new in changes.items()
        if old != new
    )


def _as_written(code: str) -> str:
    """Return a colour as browsers write it into a style: `#08519c` becomes `rgb(8, 81, 156)`."""
    red, green, blue = (int(code[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def _quiet(fills: dict[str, str]) -> dict[str, str]:
    return {f"{status.replace('_', '-')}-cell": fills[status] for status in QUIET}


def _properties(others: dict[str, str], fills: dict[str, str], inks: dict[str, str]) -> str:
    pairs = dict(others)
    pairs |= {status.replace("_", "-"): fill for status, fill in fills.items()}
    pairs |= {f"{status.replace('_', '-')}-ink": ink for status, ink in inks.items()}
    return "".join(f"--{name}:{value};" for name, value in pairs.items())
