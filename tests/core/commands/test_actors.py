"""Who acts: plugins act for somebody, and only plugins that are there."""

import pytest

from dealwright import Command, Platform, Refused, Session, hookimpl
from dealwright_core.access.actors import person_of
from dealwright_testing.deployments import MakePlatform


class Notify:
    """A plugin that can tell for whom it acts."""

    @hookimpl
    def commands(self) -> list[Command]:
        def who(session: Session) -> str:
            """Who acts."""
            return session.actor

        return [Command("notify.who", who, reads=True)]


@pytest.fixture
def platform(make_platform: MakePlatform) -> Platform:
    return make_platform(plugins=[("notify", Notify())])


def test_a_plugin_acts_under_the_name_of_whom_it_acts_for(platform: Platform) -> None:
    outcome = platform.run("notify.who", actor="plugin:notify for admin")
    assert outcome.value == "plugin:notify for admin"


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("plugin:notfy for admin", "no plugin 'notfy' is active here, did you mean 'notify'"),
        ("plugin:notify for stranger", "nobody here is called 'stranger'"),
        ("plugin:notify", "nobody here is called ''"),
        ("plugin:notify for plugin:notify for admin", "nobody here is called"),
        ("plugin:notify for system", "the actor system is entered with a reason"),
    ],
)
def test_only_active_plugins_act_for_somebody(platform: Platform, actor: str, said: str) -> None:
    with pytest.raises(Refused, match=said), platform.session(actor):
        pass


def test_the_person_behind_a_plugin_is_who_it_acts_for() -> None:
    assert person_of("plugin:notify for anna") == person_of("anna") == "anna"
