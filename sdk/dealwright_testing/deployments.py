"""Deployments that live as long as a test."""

from collections.abc import Sequence
from pathlib import Path

from dealwright import Platform
from dealwright_testing.prepared import set_up

CONFIG = """\
[deployment]
name = "test"
currency = "{currency}"
{more}
[database]
url = "{url}"
[access]
default_actor = "admin"
[access.actors]
admin = ["director", "integrator", "admin"]
anna = ["director", "integrator", "admin"]
guest = "auditor"
"""


class MakePlatform:
    """What the fixture `make_platform` gives: opens deployments in one folder, and closes them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: list[Platform] = []

    def __call__(
        self,
        url: str | None = None,
        config: str = "",
        plugins: Sequence[tuple[str, object]] = (),
        *,
        upgrade: bool = True,
        currency: str = "USD",
        more: str = "",
    ) -> Platform:
        """Open a deployment. ``config`` is TOML behind the usual sections, ``more`` further lines of
        ``[deployment]``.
        """
        path = self.folder / f"deployment{len(self._opened)}.toml"
        text = CONFIG.format(currency=currency, more=more, url=url or f"sqlite:///{self.folder / 'test.db'}")
        path.write_text(f"{text}{config}", encoding="utf-8")
        platform = Platform.open(path, extra_plugins=plugins, environ={})
        self._opened.append(platform)
        if upgrade:
            set_up(platform)
        return platform

    def close(self) -> None:
        """Close every deployment."""
        for platform in self._opened:
            platform.close()
