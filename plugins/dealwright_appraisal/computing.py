"""Computing appraisals: three parts, each exact until its points are rounded once, half away from zero."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from attrs import frozen

from dealwright import PPM, Deployment, Period, Session, rounded
from dealwright_appraisal.attitude import of_full_marks, trimmed, trimmed_mean
from dealwright_appraisal.forms import Form
from dealwright_appraisal.ground import Ground, evaluated
from dealwright_appraisal.places import Leading, Places, is_central
from dealwright_appraisal.ranking import place
from dealwright_appraisal.records import RATING, Appraisal, Rating
from dealwright_appraisal.settings import PARTS
from dealwright_appraisal.target import weighted
from dealwright_appraisal.wording import _, refused

AT_ONCE = 500
# The fields of a result that a computation fills.
COMPUTED: Final = ("run", *PARTS, *(f"{each}_points" for each in PARTS), "total", "score", "grade", "working")
# A score counts hundredths of a percent.
PPM_OF_A_SCORE: Final = 100
Missing = dict[str, Any]


def check_central(session: Session) -> None:
    """Raise `Refused` for who may not open and compute the appraisals of everybody."""
    if not is_central(session):
        message = _(
            "{actor} may not appraise the whole deployment, and a form is for all of it", actor=session.actor
        )
        raise refused("not-permitted", message)


def in_parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    """Ids in parts that one statement takes."""
    wanted = sorted(ids)
    return (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))


def ratings_of(session: Session, appraisals: Collection[int]) -> list[Rating]:
    """The ratings of appraisals, as far as a session sees them."""
    return [each for part in in_parts(appraisals) for each in session.find(Rating, appraisal=list(part))]


@frozen
class Part:
    """A part of an appraisal: its exact value, or None with what is missing; ``out`` where it does not count."""

    value: Fraction | None
    working: dict[str, Any]
    missing: tuple[Missing, ...] = ()
    out: bool = False


@frozen(eq=False, slots=False)
class Computation:
    """Computes the appraisals of a form in a period from what is stored. It gives equal values for equal records."""

    ground: Ground
    appraisals: Sequence[Appraisal]

    @classmethod
    def of(
        cls,
        session: Session,
        deployment: Deployment,
        form: Form,
        period: Period,
        appraisals: Sequence[Appraisal],
    ) -> "Computation":
        """The computation of some appraisals. Raises as `evaluated` does."""
        run, evaluations = evaluated(session, form, period)
        places = Places(session, Leading.roles(deployment))
        return cls(Ground(session, form, period, places, run, evaluations), appraisals)

    @cached_property
    def _scores(self) -> Mapping[tuple[int, str], list[int]]:
        found: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        ids = [each.id for each in self.appraisals]
        for each in ratings_of(self.ground.session, ids):
            if each.kind == RATING and each.score is not None:
                found[each.appraisal, each.criterion].append(each.score)
        return found

    def values(self, appraisal: Appraisal) -> dict[str, Any]:
        """The fields `COMPUTED` of the result of an appraisal."""
        form = self.ground.form
        parts = {
            "target": self._target(appraisal.member),
            "ranking": self._ranking(appraisal.member),
            "attitude": self._attitude(appraisal.id),
        }
        parts = {name: part for name, part in parts.items() if form.weights[name]}
        weights = shared({name: form.weights[name] for name in parts}, [n for n, p in parts.items() if p.out])
        missing = [each for part in parts.values() for each in part.missing]
        values: dict[str, Any] = dict.fromkeys(COMPUTED)
        for name, part in parts.items():
            if part.value is not None:
                values[name] = rounded(part.value * PPM)
                if name in weights:
                    values[f"{name}_points"] = rounded(weights[name] * part.value * PPM)
        if not missing and weights:
            values["total"] = sum(values[f"{name}_points"] for name in weights)
            values["score"] = rounded(Fraction(values["total"], PPM_OF_A_SCORE))
            values["grade"] = form.grade(values["total"])
        elif not weights:
            missing.append({"what": "peers"})
        working: dict[str, Any] = {name: part.working for name, part in parts.items()}
        working |= {"weights": {name: str(each) for name, each in weights.items()}, "missing": missing}
        said = json.dumps(working, ensure_ascii=False, sort_keys=True)
        return values | {"run": self.ground.run, "working": said}

    def _target(self, member: int) -> Part:
        found = self.ground.reached.get(member)
        if found is None:
            return Part(None, {}, ({"what": "evaluation", "run": self.ground.run},))
        index = {"index": str(found.index.value), "declared": found.index.ref}
        working = {"lines": found.lines, "gate": found.why if found.missing is None else "", **index}
        if found.missing is not None:
            return Part(None, working, ({"what": found.missing, "why": found.why},))
        return Part(found.value, working | {"exact": str(found.value)})

    def _ranking(self, member: int) -> Part:
        terms, found = self.ground.form.ranking, self.ground.reached.get(member)
        value = None if found is None else found.value
        if value is None:
            # Where the target method counts, it says so itself.
            missing = () if self.ground.form.weights["target"] else self._target(member).missing
            return Part(None, {}, missing)
        peers = self.ground.groups[self.ground.group(member)]
        working: dict[str, Any] = {"peers": terms.peers, "of": len(peers), "minimum": terms.minimum}
        if len(peers) < terms.minimum:
            return Part(None, working, out=True)
        at = place(value, peers, terms.ties)
        said = {"rank": str(at.rank), "equal": at.equal, "ties": terms.ties, "exact": str(at.percentile)}
        return Part(at.percentile, working | said)

    def _attitude(self, appraisal: int) -> Part:
        terms = self.ground.form.attitude
        said, means, missing = [], [], []
        for criterion, weight in sorted(terms.criteria.items()):
            scores = self._scores.get((appraisal, criterion), [])
            row: dict[str, Any] = {"criterion": criterion, "weight": weight, "raters": len(scores)}
            if len(scores) < terms.minimum:
                needed = {"have": len(scores), "need": terms.minimum}
                missing.append({"what": "raters", "criterion": criterion, **needed})
            else:
                mean = trimmed_mean(scores, terms.trim)
                row |= {"cut": trimmed(len(scores), terms.trim), "mean": str(mean)}
                means.append((Fraction(weight), mean))
            said.append(row)
        working: dict[str, Any] = {"criteria": said}
        mean_of_all = weighted(means)
        if missing or mean_of_all is None:
            return Part(None, working, tuple(missing))
        value = of_full_marks(mean_of_all)
        return Part(value, working | {"mean": str(mean_of_all), "exact": str(value)})


def shared(weights: Mapping[str, Fraction], out: Collection[str]) -> dict[str, Fraction]:
    """The weights of the parts that count: what is left out gives its weight to the others, by their weights."""
    left = {name: weight for name, weight in weights.items() if name not in out}
    whole = sum(left.values(), Fraction(0))
    return {name: weight / whole for name, weight in left.items()} if whole else {}
