from collections.abc import Iterator

import pytest
import torch

from core.search.material import TrialMaterial
from tests.core.search.small_search import small_material


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialMaterial]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield small_material(tmp_path_factory.mktemp("search"))
    torch.set_num_threads(before)
