"""Whatever happened to persons before, an erasure leaves nothing, and takes nothing from anybody else."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dealwright_core.store.backup import backup
from dealwright_testing.deployments import MakePlatform
from tests.core.persons.people import faults, run, standing_in

PERSONS = ("P-0", "P-1", "P-2")
person = st.sampled_from(PERSONS)


class Persons(RuleBasedStateMachine):
    """Three contacts with names that nobody else has; `told` is every text that was ever said of each."""

    @initialize()
    def open(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.folder, self.kept = self.home / "deployment", self.home / "copy.db"
        self.folder.mkdir()
        self.make = MakePlatform(self.folder)
        self.url = f"sqlite:///{self.folder / 'test.db'}"
        self.platform = self.make(self.url)
        self.told: dict[str, set[str]] = {each: set() for each in PERSONS}
        self.now: dict[str, str] = {}
        self.erased: set[str] = set()
        self.count = 0
        run(self.platform, "customer.add", ref="C-1", name="Acme", annual_revenue="10 USD")
        run(self.platform, "contract.add", ref="K-1", customer="C-1", amount="12.34 USD")
        for each in PERSONS:
            run(self.platform, "contact.add", ref=each, customer="C-1", name=self._new(each))

    def _new(self, ref: str) -> str:
        self.count += 1
        text = f"Somebody{self.count:04} Named"
        self.told[ref].add(text)
        self.now[ref] = text
        return text

    @rule(ref=person)
    def rename(self, ref: str) -> None:
        run(self.platform, "contact.change", ref=ref, name=self._new(ref))
        self.erased.discard(ref)

    @rule(ref=person)
    def mention(self, ref: str) -> None:
        said = f"met {self.now[ref]}" if ref not in self.erased else "met nobody"
        run(self.platform, "activity.add", kind="call", on="2026-01-01", customer="C-1", outcome=said)

    @rule(ref=person)
    def change_with_a_key(self, ref: str) -> None:
        self.count += 1
        run(self.platform, "contact.change", ref=ref, position=f"role {self.count}", key=str(self.count))

    @rule(ref=person)
    def erase(self, ref: str) -> None:
        run(self.platform, "person.erase", ref=ref, reason="request")
        self.erased.add(ref)

    @rule()
    def copy(self) -> None:
        self.kept.unlink(missing_ok=True)
        backup(self.platform.engine, self.kept)
        self.copied = (
            dict(self.now),
            {each: set(said) for each, said in self.told.items()},
            set(self.erased),
        )

    @rule()
    def restore(self) -> None:
        if not self.kept.exists():
            return
        self.make.close()
        for each in self.folder.glob("test.db*"):
            each.unlink()
        shutil.copy(self.kept, self.folder / "test.db")
        before = set(self.copied[2])
        self.now, self.told, self.erased = dict(self.copied[0]), self.copied[1], before | self._erased_since()
        self.platform = self.make(self.url, upgrade=False)
        with self.platform.session("guest"):
            pass

    def _erased_since(self) -> set[str]:
        listed = self.folder / "erasures.jsonl"
        text = listed.read_text() if listed.exists() else ""
        return {each for each in PERSONS if f'"{each}"' in text}

    @invariant()
    def nothing_is_left_of_the_erased(self) -> None:
        if not hasattr(self, "platform"):
            return
        gone = {text for each in self.erased for text in self.told[each]}
        assert standing_in(self.folder, gone) == {}

    @invariant()
    def everybody_else_and_every_sum_is_as_before(self) -> None:
        if not hasattr(self, "platform"):
            return
        assert faults(self.platform) == ()
        with self.platform.session("guest") as session:
            for each in PERSONS:
                expected = "erased" if each in self.erased else self.now[each]
                assert session.get("contact", each).name == expected  # type: ignore[attr-defined]
            contract = session.get("contract", "K-1")
            assert str(contract.amount) == "12.34 USD"  # type: ignore[attr-defined]

    def teardown(self) -> None:
        if hasattr(self, "make"):
            self.make.close()
            shutil.rmtree(self.home)


TestPersons = Persons.TestCase
TestPersons.settings = settings(
    max_examples=5, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
