"""The worked example of docs/segmentation.md works, line by line; its settings are good, and its commands exist."""

import re

import dealwright_segmentation
from dealwright_testing.deployments import MakePlatform
from tests.plugins.worked import DOCS, Shop

PAGE = (DOCS / "segmentation.md").read_text("utf-8")


def test_the_worked_example_works(shop: Shop) -> None:
    shop.follow(PAGE)


def test_the_settings_on_the_page_are_good(make_platform: MakePlatform) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.partition("\n## Purchases")[2], re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        platform = make_platform(
            config=block, plugins=[("segmentation", dealwright_segmentation)], upgrade=False
        )
        assert platform.host.problems == ()
    assert (
        "segmentation_margin"
        in make_platform(
            config=blocks[0], plugins=[("segmentation", dealwright_segmentation)], upgrade=False
        ).host.registry.measures
    )
