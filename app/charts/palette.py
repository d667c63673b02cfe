"""The colours of the product, in one place; distinct in three colour-vision deficiencies."""

STATUS_FILL: dict[str, str] = {
    "met": "#08519c",
    "on_track": "#9ecae1",
    "behind": "#fdb863",
    "far_behind": "#a63603",
    "monitor": "#e9edf3",
}
STATUS_INK: dict[str, str] = {
    "met": "#ffffff",
    "on_track": "#10202f",
    "behind": "#2b1a00",
    "far_behind": "#ffffff",
    "monitor": "#16202c",
}
INK = "#16202c"
MUTED = "#4d5b6b"
LINE = "#c9d1db"
SURFACE = "#f2f4f8"
ACCENT = "#08519c"


def css_variables() -> str:
    """The palette as CSS custom properties, for the page's style sheet."""
    pairs = {"ink": INK, "muted": MUTED, "line": LINE, "surface": SURFACE, "accent": ACCENT}
    pairs |= {f"{status.replace('_', '-')}": fill for status, fill in STATUS_FILL.items()}
    pairs |= {f"{status.replace('_', '-')}-ink": ink for status, ink in STATUS_INK.items()}
    return ".kpi{" + "".join(f"--{name}:{value};" for name, value in pairs.items()) + "}"
