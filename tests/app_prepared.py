"""What every app does when it starts and at its first pages, and a process of tests and its forks do once.

Streamlit looks for components in the metadata of every installed package (0.15 s), templates are compiled (0.4 s), and
texts are read (0.1 s).
"""

from functools import cache

from streamlit.components.v2 import manifest_scanner

from app.ui.templates import compile_all
from warehouse.plan.words import project_texts
from warehouse.settings import LANGUAGES

manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
manifest_scanner.scan_component_manifests()
compile_all()
for lang in LANGUAGES:
    project_texts(lang)
