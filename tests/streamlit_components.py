"""Streamlit looks for components in the metadata of every installed package each time an app starts: 0.15 s. In a
process of tests, and in its forks, it looks once."""

from functools import cache

from streamlit.components.v2 import manifest_scanner

manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
manifest_scanner.scan_component_manifests()
