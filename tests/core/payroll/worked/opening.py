"""Opening shops with plans for worked cases."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

from attrs import evolve, frozen

import dealwright_bonus
from dealwright import IncentiveScheme, Platform
from dealwright_core.config.incentives import PlanFile
from dealwright_core.incentives.plans.reading import read_file
from dealwright_core.store.engine import writing
from dealwright_core.store.organisation import GENERATION, set_mark
from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.worked.desk import Desk
from tests.core.payroll.worked.payday import Shop

CONFIG = """
[plugins]
disabled = ["appraisal", "direct", "qualification", "quota", "segmentation", "standings"]
[incentives]
plans = {plans}
[records.deal_cost]
on = "opportunity"
single = true
fields.cost = {{type = "money"}}
fields.discount = {{type = "ratio"}}
[measures.pieces]
facts = "opportunity_line"
value = "quantity"
where = "opportunity.stage == 'won'"
on = "opportunity.closed_on"
[records.merit]
on = "member"
fields.percent = {{type = "integer", required = true}}
fields.on = {{type = "date", required = true}}
[measures.merit]
facts = "merit"
value = "percent"
on = "on"
"""


@frozen
class Premises:
    """A deployment that stays open, and gets other plans and a fresh copy of its database for each test.

    To open a deployment takes longer than most tests.
    """

    platform: Platform
    desk: Desk
    staffed: Path
    database: Path

    def shop(self, plans: Sequence[str], folder: Path, *, is_new: bool = True) -> Shop:
        """A shop with plans; where it is new, with nobody but MAX and the reps, who sold nothing yet."""
        if is_new:
            self.platform.engine.dispose()
            shutil.copy(self.staffed, self.database)
            with writing(self.platform.engine) as connection:
                set_mark(connection, GENERATION)
        catalogue = self.platform.catalogue
        book = catalogue.__dict__.setdefault("empty_book", catalogue.incentive_plans)
        read = [(each, *read_file(each, book.around.context)) for each in written(plans, folder)]
        files = tuple(PlanFile(str(path), plan, tuple(problems)) for path, plan, problems in read)
        catalogue.__dict__["incentive_plans"] = evolve(book, files=files)
        assert not catalogue.incentive_plans.problems, list(map(str, catalogue.incentive_plans.problems))
        return Shop(self.platform, self.desk)


@frozen
class Opening:
    """Opens shops for a test: ``opening(plan, another plan, ...)``, each plan the text of a file."""

    premises: Premises
    make: MakePlatform

    def __call__(self, *plans: str) -> Shop:
        return self.premises.shop(plans, self.make.folder)

    def again(self, *plans: str) -> Shop:
        """The same shop with other plans."""
        return self.premises.shop(plans, self.make.folder, is_new=False)

    def anew(
        self, *plans: str, url: str | None = None, more: str = "", schemes: Sequence[IncentiveScheme] = ()
    ) -> Shop:
        """A shop in a deployment of its own. ``more`` are lines of the section ``deployment``."""
        desk = Desk(schemes=schemes)
        return Shop(opened(self.make, desk, plans, url, more), desk).open()


def written(plans: Sequence[str], folder: Path) -> list[Path]:
    """The files of plans, which are called after them where they say no name."""
    paths = [folder / f"plan-{number}.toml" for number, _text in enumerate(plans, 1)]
    for path, text in zip(paths, map(dedent, plans), strict=True):
        named = "name =" in text.partition("[")[0]
        path.write_text(text if named else f'name = "{path.stem}"\n{text}', encoding="utf-8")
    return paths


def opened(
    make: MakePlatform, desk: Desk, plans: Sequence[str] = (), url: str | None = None, more: str = ""
) -> Platform:
    """A deployment with plans. Neither its configuration nor they have mistakes."""
    names = [each.name for each in written(plans, make.folder)]
    platform = make(url, CONFIG.format(plans=names), [("desk", desk), ("bonus", dealwright_bonus)], more=more)
    assert platform.host.problems == (), list(map(str, platform.host.problems))
    return platform
