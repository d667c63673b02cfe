"""Fixtures of the attacks: what the sample has published, and what of it a review holds."""

from pathlib import Path

import pytest

from tests.disclosure.sample import Years, years
from warehouse.desk import Desk
from warehouse.publish.engines import Published, kept, published
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def sample_versions(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Published]:
    """Every version of the sample that a viewer may ask for, the newest last."""
    no_env = tmp_path_factory.mktemp("env") / "no.env"
    settings = Settings.from_env({"KPI_DATA_DIR": str(published_data_dir)}, no_env)
    held = [kept(review.version, settings) for review in Desk.open(settings).reviews()]
    return [*(version for version in held if version), published(settings)]


@pytest.fixture(scope="session")
def sample_years(sample_versions: list[Published]) -> list[Years]:
    """Their figures of people."""
    return [years(version) for version in sample_versions]
