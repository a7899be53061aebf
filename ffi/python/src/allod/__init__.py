"""Identities people own, and capabilities they hand out, narrow and take back: DIDs and UCAN 1.0,
checked offline.

`Agent` is the person's side, `Authorizer` and `Executor` are that of whoever keeps the thing.
"""

from ._convert import from_dag_cbor, from_dag_json, to_dag_cbor, to_dag_json
from ._make import POWERLINE, Powerline, Subject
from ._time import Time
from .agent import Agent, Found, Linked, Made
from .authorizer import Authorizer
from .container import Container, Encoding
from .decision import Decision, Grant
from .did import cid_of, command_covers, did_document, did_of_key, live_handles, read_cid, read_did, version
from .errors import (
    AllodError,
    AwaitsError,
    BadSignatureError,
    DeniedError,
    HandlerError,
    NoChainError,
    SignerRefused,
    SignerUnavailable,
    SigningError,
    StoreError,
)
from .evidence import Evidence
from .executor import Execution, Executor, Outcome
from .key import Algorithm, Key, verify_signature
from .policy import Evaluation, evaluate_policy, policy_words
from .signer import Signer
from .store import Store
from .token import Kind, Token, Unsigned, lint_delegation
from .value import Link, Value

__version__ = version()

__all__ = [
    "POWERLINE",
    "Agent",
    "Algorithm",
    "AllodError",
    "Authorizer",
    "AwaitsError",
    "BadSignatureError",
    "Container",
    "Decision",
    "DeniedError",
    "Encoding",
    "Evaluation",
    "Evidence",
    "Execution",
    "Executor",
    "Found",
    "Grant",
    "HandlerError",
    "Key",
    "Kind",
    "Link",
    "Linked",
    "Made",
    "NoChainError",
    "Outcome",
    "Powerline",
    "Signer",
    "SignerRefused",
    "SignerUnavailable",
    "SigningError",
    "Store",
    "StoreError",
    "Subject",
    "Time",
    "Token",
    "Unsigned",
    "Value",
    "cid_of",
    "command_covers",
    "did_document",
    "did_of_key",
    "evaluate_policy",
    "from_dag_cbor",
    "from_dag_json",
    "lint_delegation",
    "live_handles",
    "policy_words",
    "read_cid",
    "read_did",
    "to_dag_cbor",
    "to_dag_json",
    "verify_signature",
    "version",
]
