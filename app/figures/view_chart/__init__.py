"""Chart of a pinned view on a slide: bars, lines over time, or dots of two figures."""
