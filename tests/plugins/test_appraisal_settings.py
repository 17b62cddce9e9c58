"""Forms that a deployment declares: what they may be, and where a mistake in one is told."""

import re

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.plugins.appraising import CONFIG, PLUGINS


def problems(make_platform: MakePlatform, config: str) -> str:
    platform = make_platform(config=config, plugins=PLUGINS, upgrade=False)
    return "\n".join(str(each) for each in platform.host.problems)


def test_a_form_that_fits_is_taken(make_platform: MakePlatform) -> None:
    assert problems(make_platform, CONFIG) == ""


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('scheme = "sellers"', 'scheme = "selers"', r"no scheme 'selers'.*did you mean 'sellers'\?"),
        ('target = "60 %"', 'target = "70 %"', r"weights sum to 110 %, not to 100 %"),
        ("C = 60", "C = 75", r"two grades start at one bound"),
        ('ties = "best"', 'ties = "beste"', r"ties.*did you mean 'best'"),
        ("minimum = 3", "minimum = 1", r"has to be 2 or more, not 1"),
        ('trim = "25 %"', 'trim = "50 %"', r"less than 50 % is trimmed"),
        ('trim = "25 %"', 'trim = "25 %"\nraters = ["rap"]', r"no role 'rap'.*did you mean 'rep'\?"),
        ('trim = "25 %"', 'trim = "25 %"\ncriteria = {teamwork = 0}', r"weight of a criterion is 1 or more"),
        ('trim = "25 %"', 'trim = "25 %"\ncriteria = {}', r"names no criterion"),
        ('trim = "25 %"', 'trimm = "25 %"', r"trimm.*did you mean 'trim'"),
        ('subject = "member"', 'subject = "team"', r"is of kind team: name one of members"),
        (
            'period = "quarter"',
            'period = "quarter"\ncombine = "other"',
            r"otherwise than by their weighted sum",
        ),
        ('period = "quarter"', 'period = "quarter"\nhighest = 120', r"has bounds, which an index"),
        ('cap = "150 %"', "weight = 0", r"has a weight that is not above zero"),
    ],
)
def test_a_mistake_in_a_form_is_told_with_its_line(
    make_platform: MakePlatform, written: str, instead: str, said: str
) -> None:
    assert written in CONFIG
    told = problems(make_platform, CONFIG.replace(written, instead))
    assert re.search(said, told), told
    assert re.search(r"deployment0\.toml:\d+", told), told
