"""Who acts: plugins act for somebody, and only plugins that are there."""

import pytest

from dealwright import Refused
from dealwright_core.access import Permissions, person_of
from dealwright_testing.deployments import MakePlatform


def test_only_active_plugins_act_for_somebody(make_platform: MakePlatform) -> None:
    access = make_platform().deployment.access
    permissions = Permissions(access, frozenset({"notify"}))
    assert permissions.role("plugin:notify for admin") == "admin"
    for actor, said in (
        ("plugin:notfy for admin", "no plugin 'notfy' is active here, did you mean 'notify'"),
        ("plugin:notify for stranger", "nobody here is called 'stranger'"),
        ("plugin:notify", "nobody here is called ''"),
        ("plugin:notify for plugin:notify for admin", "nobody here is called"),
    ):
        with pytest.raises(Refused, match=said):
            permissions.role(actor)


def test_the_person_behind_a_plugin_is_who_it_acts_for() -> None:
    assert person_of("plugin:notify for anna") == person_of("anna") == "anna"
