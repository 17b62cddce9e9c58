"""``[incentives]``: which plans there are, and what their files say."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import field, frozen

from dealwright_core.access.rights import EVERYTHING, OWNED, Right, Role
from dealwright_core.config.document import Document
from dealwright_core.config.settingtypes import Context
from dealwright_core.config.stages import Stage
from dealwright_core.errors import Problem
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.reading import read_file
from dealwright_core.language import core as _

SECTION = "incentives"
SUFFIX = ".toml"


@frozen(kw_only=True)
class IncentivesTable:
    """``[incentives]`` as it is written: ``plans`` are files, and folders of them, relative to the configuration."""

    plans: tuple[str, ...] = ()


@frozen(eq=False)
class PlanFile:
    """The file of a plan, the plan as far as it can be read, and what is wrong with it without the deployment."""

    path: str
    plan: Plan | None
    problems: tuple[Problem, ...] = field(default=(), repr=False)


@frozen(eq=False, kw_only=True)
class Incentives:
    """The plans of a deployment. Mistakes in them do not keep it from being opened; a plan with any pays nobody.

    ``context`` is what plans are read with, ``roles`` are those that they may name, and ``leading`` those of them that
    reach beyond what is one's own: who holds one leads a team. ``won`` are the stages of what is sold.
    """

    table: IncentivesTable = field(factory=IncentivesTable)
    files: tuple[PlanFile, ...] = ()
    context: Context = field(factory=Context)
    roles: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset()
    won: tuple[str, ...] = ()


def read_incentives(
    table: IncentivesTable,
    document: Document,
    context: Context,
    roles: Iterable[Role],
    stages: Iterable[Stage],
) -> Incentives:
    """The plans that a configuration names. A file that is named twice, or in a named folder, counts once."""
    files: dict[Path, PlanFile] = {}
    for at, name in enumerate(table.plans):
        folder = Path(document.path).parent
        found = list(_files(folder / name))
        for path in found:
            plan, problems = read_file(path, context)
            files.setdefault(path.absolute(), PlanFile(str(path), plan, tuple(problems)))
        if not found:
            problem = document.problem((SECTION, "plans", at), *_missing(folder / name, name))
            files.setdefault((folder / name).absolute(), PlanFile(str(folder / name), None, (problem,)))
    known = list(roles)
    return Incentives(
        table=table,
        files=tuple(files.values()),
        context=context,
        roles=frozenset(each.name for each in known),
        leading=frozenset(
            each.name for each in known if any(right.scope != "own" for right in _of_sales(each))
        ),
        won=tuple(each.name for each in stages if each.means == "won"),
    )


def _of_sales(role: Role) -> Iterator[Right]:
    """What a role may read of what belongs to somebody."""
    reads = (each for each in role.rights if each.action in ("read", EVERYTHING))
    return (each for each in reads if each.on in (OWNED, EVERYTHING, "opportunity"))


def _files(path: Path) -> Iterator[Path]:
    """A file, or the plans in a folder by name."""
    if path.is_dir():
        yield from sorted(each for each in path.iterdir() if each.suffix == SUFFIX and each.is_file())
    elif path.exists():
        yield path


def _missing(path: Path, name: str) -> tuple[str, str]:
    if path.is_dir():
        return _("the folder {name!r} has no plans", name=name), _("a plan is a file that ends with .toml")
    return _("there is no file {name!r}", name=name), _("name it relative to this file")
