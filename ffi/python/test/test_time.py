"""Times."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import NOW, People

from allod import Evidence


def at(seconds: float, zone: timezone = timezone.utc) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


def test_a_datetime_is_the_second_that_it_is(people: People) -> None:
    for zone in (timezone.utc, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=11))):
        made = people.alice.grant(
            audience=people.bob.did,
            command="/a",
            expires=at(NOW + 9, zone),
            not_before=at(NOW, zone),
            now=at(NOW),
        )
        assert (made.token.claims["notBefore"], made.token.claims["expires"]) == (NOW, NOW + 9)


def test_parts_of_a_second_never_make_it_last_longer(people: People) -> None:
    made = people.alice.grant(
        audience=people.bob.did, command="/a", expires=at(NOW + 9.9), not_before=at(NOW + 0.1), now=NOW
    )
    assert (made.token.claims["notBefore"], made.token.claims["expires"]) == (NOW + 1, NOW + 9)
    early = people.alice.grant(
        audience=people.bob.did, command="/a", expires=None, not_before=at(-0.5), now=NOW
    )
    assert early.token.claims["notBefore"] == 0


@pytest.mark.parametrize(
    "wrong", [1.0, float("nan"), "2026-01-01", True, b"1", date(2026, 1, 1), timedelta(1), time.gmtime()]
)
def test_what_is_no_time_is_refused(people: People, wrong: Any) -> None:
    with pytest.raises(TypeError):
        people.alice.grant(audience=people.bob.did, command="/a", expires=wrong)
    with pytest.raises(TypeError):
        Evidence(wrong, revoked=[])
    with pytest.raises(TypeError):
        people.alice.delegations(now=wrong)


@pytest.mark.parametrize(
    "wrong", [datetime(2026, 1, 1), datetime.max, 2**53, -(2**53), 2**63, 2**64, -(10**100)]
)
def test_what_says_no_second_is_refused(people: People, wrong: Any) -> None:
    with pytest.raises(ValueError):
        people.alice.grant(audience=people.bob.did, command="/a", expires=wrong)
    with pytest.raises(ValueError):
        Evidence(wrong, revoked=[])
    with pytest.raises(ValueError):
        people.alice_store.set_synced_at(wrong)


def test_without_a_time_it_is_the_present(people: People) -> None:
    before = int(time.time())
    made = people.alice.invoke(subject=people.alice.did, command="/a")
    assert before + 300 <= made.token.claims["expires"] <= time.time() + 300
