"""The plans of a deployment: read, checked, and found by their name or their file."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import combinations
from pathlib import Path

from attrs import evolve, field, frozen

from dealwright_core.config.document import in_file_order, meant
from dealwright_core.config.incentives import PlanFile
from dealwright_core.errors import Problem, UsageError
from dealwright_core.incentives.plans.checking import Checked, Surroundings, checked
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.reading import read_file
from dealwright_core.language import core as _

SUFFIX = ".toml"


@frozen(eq=False, kw_only=True, slots=False)
class PlanBook:
    """The plans that the configuration names, and what they refer to."""

    files: tuple[PlanFile, ...] = ()
    around: Surroundings = field(repr=False)

    @cached_property
    def problems(self) -> list[Problem]:
        """Every mistake in the plans, file by file, those between plans last."""
        found = [each for file in self.files for each in self.examined(file).problems]
        return [*found, *self.between]

    @cached_property
    def between(self) -> list[Problem]:
        """What is wrong between plans: two of one name that overlap."""
        return list(overlaps([each.plan for each in self.files if each.plan is not None]))

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans without mistakes."""
        return tuple(
            each.plan for each in self.files if each.plan is not None and not self.examined(each).problems
        )

    def asking(self, members: frozenset[str]) -> "PlanBook":
        """The same with the members there are, who are then looked for."""
        return evolve(self, around=evolve(self.around, members=members))

    def examined(self, file: PlanFile) -> Checked:
        """What is wrong, and what is odd, in a file."""
        if file.plan is None:
            return Checked(problems=list(file.problems))
        found = checked(file.plan, self.around)
        return evolve(found, problems=in_file_order([*file.problems, *found.problems]))

    def file(self, path: str) -> PlanFile:
        """The plan in any file; a relative path starts from the current folder."""
        plan, problems = read_file(Path(path), self.around.context)
        return PlanFile(path, plan, tuple(problems))

    def named(self, name: str, day: date) -> PlanFile:
        """The file of the plan of a name: where several have it, of the one valid on a day, else the last; or, where
        ``name`` is that of a file, this one. Raises UsageError.
        """
        of_name = [each for each in self.files if each.plan is not None and each.plan.name == name]
        valid = [each for each in of_name if each.plan is not None and each.plan.holds_on(day)]
        if of_name:
            return (valid or of_name)[-1]
        if name.endswith(SUFFIX):
            return self.file(name)
        known = [each.plan.name for each in self.files if each.plan is not None]
        raise UsageError(
            _("there is no plan {name!r}", name=name), meant(name, known) or _("see: dealwright plan list")
        )


def overlaps(plans: list[Plan]) -> Iterator[Problem]:
    """Plans of one name that are valid on one day, told at the later one of each two."""
    for one, other in combinations(plans, 2):
        if one.name and one.name == other.name and one.overlaps(other):
            message = _(
                "plan {name!r} of {file} is valid on the same days", name=one.name, file=one.document.path
            )
            yield other.problem(("valid",), message, _("let one end before the other begins"))
