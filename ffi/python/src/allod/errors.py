"""What goes wrong."""

from __future__ import annotations

from typing import Any, Dict, Optional, Type


class AllodError(Exception):
    """Why the library did not do what it was asked.

    `number` and `name` are stable for ever, and the same in every language; `message` is for
    developers, `remedy` says what to do about it, in general. A decision that denies is no error,
    but a `Decision`.
    """

    def __init__(self, number: int, name: str, message: str, remedy: str) -> None:
        super().__init__(number, name, message, remedy)
        self.number = number
        self.name = name
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.name}: {self.message} ({self.remedy})"


class BadSignatureError(AllodError):
    """A signature is not of whom it should be."""


class NoChainError(AllodError):
    """Nothing that is held allows it: the message says what comes nearest."""


class SigningError(AllodError):
    """The signer did not sign: "signer-unavailable", "signing-refused" or "signing-failed".

    What it raised is the `__cause__`.
    """


class StoreError(AllodError):
    """A store could not be opened, read or written: the name says which."""


class DeniedError(AllodError):
    """What `Decision.require` raises for a denial. `public` is what the other side may see of it."""

    def __init__(
        self, number: int, name: str, message: str, remedy: str, public: Optional[Dict[str, Any]] = None
    ) -> None:
        super().__init__(number, name, message, remedy)
        self.public = public


class AwaitsError(AllodError):
    """It is allowed, and its arguments wait for the results of other tasks."""


class HandlerError(Exception):
    """Raised by a handler: it did not go well, and this is the reason, a dict or list, that the
    receipt gives.
    """

    def __init__(self, reason: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason


class SignerUnavailable(Exception):
    """Raised by a function that signs: the key cannot be reached now."""


class SignerRefused(Exception):
    """Raised by a function that signs: the person, or the policy of the device, said no."""


def of_number(number: int, name: str, message: str, remedy: str) -> AllodError:
    """The error of that number, as the class by which it is caught."""
    named: Dict[str, Type[AllodError]] = {
        "awaits-results": AwaitsError,
        "bad-cursor": StoreError,
        "bad-signature": BadSignatureError,
        "no-chain": NoChainError,
        "signer-unavailable": SigningError,
        "signing-failed": SigningError,
        "signing-refused": SigningError,
    }
    kind = StoreError if name.startswith("store-") else named.get(name, AllodError)
    return kind(number, name, message, remedy)
