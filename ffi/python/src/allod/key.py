"""Keys."""

from __future__ import annotations

from enum import IntEnum

from ._abi import ffi, lib
from ._call import Bytes, blob, call, number, taken, text, told
from ._handle import Handle


class Algorithm(IntEnum):
    """What a key signs with."""

    ED25519 = 1
    P256 = 2
    SECP256K1 = 3


def algorithm_of(value: Algorithm) -> int:
    """The number of an algorithm."""
    if not isinstance(value, Algorithm):
        raise TypeError(f"algorithm has to be an Algorithm, not {type(value).__name__}")
    return int(value)


class Key(Handle):
    """A secret key in memory.

    It is wiped when it was given back and no signer that was made with it is left, nor an agent or
    executor with such a signer.
    """

    __slots__ = ()
    _kind = "AllodKey"
    _free = lib.allod_key_free

    @classmethod
    def generate(cls, algorithm: Algorithm = Algorithm.ED25519) -> Key:
        """A new key, from the operating system's randomness."""
        return cls._made(lib.allod_key_generate, algorithm_of(algorithm))

    @classmethod
    def from_seed(cls, algorithm: Algorithm, seed: Bytes) -> Key:
        """The key of a seed of 32 bytes: for Ed25519 that of RFC 8032, else the secret number,
        big-endian. Python does not wipe the seed, nor the copy of it that is made on the way in.
        """
        return cls._made(lib.allod_key_from_seed, algorithm_of(algorithm), *blob("seed", seed))

    @classmethod
    def from_jwk(cls, jwk: str) -> Key:
        """Reads a secret key as a JWK (RFC 7517). Python does not wipe what it is read from."""
        return cls._made(lib.allod_key_from_jwk, *text("jwk", jwk))

    @classmethod
    def from_pkcs8(cls, der: Bytes) -> Key:
        """Reads a secret key as PKCS#8 in DER (RFC 5958). Python does not wipe what it is read from."""
        return cls._made(lib.allod_key_from_pkcs8, *blob("der", der))

    @classmethod
    def from_pem(cls, pem: str) -> Key:
        """Reads a secret key as PKCS#8 in PEM (RFC 7468). Python does not wipe what it is read from."""
        return cls._made(lib.allod_key_from_pem, *text("pem", pem))

    @property
    def did(self) -> str:
        """The key's DID: a did:key."""
        return told(lib.allod_key_did, self._pointer)

    @property
    def algorithm(self) -> Algorithm:
        """What it signs with."""
        return Algorithm(number("uint32_t", lib.allod_key_algorithm, self._pointer))

    @property
    def public_key(self) -> bytes:
        """The public key: 32 bytes for Ed25519, else 33, compressed."""
        return taken(lib.allod_key_public, self._pointer)

    def sign(self, message: Bytes) -> bytes:
        """Signs a message: 64 bytes, for ECDSA r and s with a low s."""
        signature = ffi.new("uint8_t[64]")
        call(lib.allod_key_sign, self._pointer, *blob("message", message), signature)
        return bytes(signature)

    def danger_export_seed(self) -> bytes:
        """The secret, as the seed that `from_seed` takes. Whoever has it is whom the key stands
        for; Python does not wipe it.
        """
        return taken(lib.allod_key_danger_export_seed, self._pointer)

    def danger_export_jwk(self) -> str:
        """The secret as a JWK. Whoever has it is whom the key stands for; Python does not wipe it."""
        return told(lib.allod_key_danger_export_jwk, self._pointer)

    def danger_export_pkcs8(self) -> bytes:
        """The secret as PKCS#8 in DER. Whoever has it is whom the key stands for; Python does not
        wipe it.
        """
        return taken(lib.allod_key_danger_export_pkcs8, self._pointer)


def verify_signature(algorithm: Algorithm, public_key: Bytes, message: Bytes, signature: Bytes) -> None:
    """Checks a signature of 64 bytes, strictly. Raises `BadSignatureError` for one that is not the
    key's over the message.
    """
    call(
        lib.allod_public_key_verify,
        algorithm_of(algorithm),
        *blob("public_key", public_key),
        *blob("message", message),
        *blob("signature", signature),
    )
