"""What all tests have in common."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest

import allod
from allod import Agent, Algorithm, Key, Store

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_800_000_000


# What is there by now stays: looking through it before and after each test would take most of the time.
gc.collect()
gc.freeze()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """After each test the library holds what it held before."""
    gc.collect()
    before = allod.live_handles()
    yield
    gc.collect()
    assert allod.live_handles() == before


@dataclass
class People:
    """Alice, whose photos they are, and Bob."""

    alice: Agent
    alice_key: Key
    alice_store: Store
    bob: Agent
    bob_store: Store

    def ask(self, command: str = "/photos/read", **more: object) -> bytes:
        """What Bob asks for."""
        made = self.bob.invoke(subject=self.alice.did, command=command, now=NOW, **more)  # type: ignore[arg-type]
        return made.container.write(allod.Encoding.RAW)


@pytest.fixture
def people() -> Iterator[People]:
    """Two who know each other, and have given nothing."""
    with (
        Key.generate() as key,
        Store.memory() as hers,
        Store.memory() as his,
        Key.generate(Algorithm.P256) as his_key,
    ):
        with Agent(key, hers) as alice, Agent(his_key, his) as bob:
            yield People(alice, key, hers, bob, his)


@pytest.fixture
def given(people: People) -> People:
    """Alice has given Bob her photos, of the summer."""
    policy = [["==", ".album", "summer"]]
    made = people.alice.grant(
        audience=people.bob.did, command="/photos", policy=policy, expires=NOW + 1000, now=NOW
    )
    people.bob.receive(made.container)
    return people
