import pytest

from core.search.material import TrialMaterial
from tests.core.search.small_search import small_material


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> TrialMaterial:
    return small_material(tmp_path_factory.mktemp("search"))
