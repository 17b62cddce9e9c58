"""A deployment at peace, and what installs hostile plugins beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dealwright import Platform
from dealwright_testing.deployments import MakePlatform
from tests.core.host.deployments import install

PLUGINS = Path(__file__).parent / "plugins"


@pytest.fixture
def peaceful(make_platform: MakePlatform) -> Platform:
    """A deployment before anything hostile is installed: one won deal of 100 dollars."""
    platform = make_platform()
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    platform.run("opportunity.add", actor="admin", ref="DEAL", customer="ACME", amount="100 USD")
    for stage in ("engaging", "won"):
        platform.run("opportunity.advance", actor="admin", ref="DEAL", to=stage)
    return platform


@pytest.fixture
def install_hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Installs a module of the folder `plugins` as an installer would, and says what the plugin is called."""
    site = tmp_path / "site"
    site.mkdir()

    def install_hostile(module: str) -> str:
        name = module.replace("_", "-")
        source = (PLUGINS / f"{module}.py").read_text(encoding="utf-8")
        install(site, monkeypatch, {f"{name} = {module}": source}, distribution=f"hostile-{name}")
        return name

    return install_hostile
