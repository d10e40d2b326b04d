"""A time-stamp token (RFC 3161, RFC 5652): asked for, read, and held against authorities, by rfc3161-client.

Nothing here talks to anybody, and no clock is read: certificates have to be valid at the time that the stamp names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from phishlab.errors import DataError, EvidenceError, MissingExtraError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

Certificates: TypeAlias = "Sequence[Certificate]"

TRUSTED, UNTRUSTED, UNCHECKED = "trusted", "untrusted", "unchecked"
LARGEST = 1_000_000
"""Bytes of a response; one with a chain of certificates has some thousands."""
_SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What an authority signed: *imprint* is the SHA-256 that it was sent, *time* (UTC) when it says that was.

    *authority* and *issuer* are names of the certificate that signed, by itself a claim; *fingerprint* its SHA-256 in
    hex. The three are empty where the token carries no such certificate.
    """

    time: datetime
    imprint: str
    policy: str
    serial: str
    nonce: int | None
    authority: str
    issuer: str
    fingerprint: str
    response: Any = field(repr=False, compare=False)
    """The response as rfc3161-client read it."""

    def covers(self, content: bytes) -> bool:
        """Whether it is over *content*."""
        return self.imprint == sha256(content).hexdigest()


def request(content: bytes) -> bytes:
    """A TimeStampReq for the SHA-256 of *content*, with a nonce, asking for the certificates. DER."""
    library = _library()
    builder = library.TimestampRequestBuilder().data(content)
    algorithm = library.base.HashAlgorithm.SHA256
    made: bytes = builder.hash_algorithm(algorithm).cert_request(cert_request=True).build().as_bytes()
    return made


def nonce(request: bytes) -> int | None:
    """The nonce of a TimeStampReq; None where it has none, or where what was given is none.

    rfc3161-client builds requests but reads none: the nonce is the last INTEGER of the sequence (RFC 3161, 2.4.1)::

        SEQUENCE { version 1, messageImprint { … }, nonce INTEGER, certReq TRUE }
    """
    values = list(_integers(request))
    return values[-1] if len(values) > 1 else None


def parse(response: bytes) -> Token:
    """The token of a TimeStampResp; EvidenceError where it is none, or grants no stamp."""
    if len(response) > LARGEST:
        raise EvidenceError(f"the answer has {len(response):,} bytes: that is no time stamp")
    try:
        read = _library().decode_timestamp_response(ordered(response))
        status = read.status
    except Exception as error:  # what is no DER has many names in two libraries
        raise EvidenceError("the answer is no time stamp (RFC 3161)") from error
    if status != 0:
        said = " ".join(" ".join(read.status_string).split())[:200]
        raise EvidenceError(f"the authority granted no stamp: status {status} {said}".rstrip())
    try:
        return _token(read)
    except EvidenceError:
        raise
    except Exception as error:  # a certificate that is none, a time out of range
        raise EvidenceError("the time stamp cannot be read") from error


def ordered(response: bytes) -> bytes:
    """*response* with its certificates in the order of DER, as rfc3161-client insists; no signature is over them.

    OpenSSL, and so many an authority, sends them as they stand in its files (RFC 5652, 5.1: a SET)::

        TimeStampResp { status, ContentInfo { OID, [0] { SignedData { version, SET, encap, [0] certificates … } } } }
    """
    content_info = _beyond(response, _inside(response, 0), 1)
    explicit = _beyond(response, _inside(response, content_info), 1)
    signed_data = _inside(response, explicit)
    tag, start, end = _element(response, _beyond(response, _inside(response, signed_data), 3))
    members = _members(response, start, end) if tag == 0xA0 and end <= len(response) else []
    return response[:start] + b"".join(sorted(members)) + response[end:] if members else response


def authorities(pem: bytes) -> Certificates:
    """The certificates of a PEM file; DataError where it holds none."""
    _library()
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise DataError("the file of authorities holds no certificate in PEM form") from error


def judge(token: Token, content: bytes, trusted: Certificates) -> tuple[str, str]:
    """TRUSTED where the token is over *content* and its chain ends at *trusted*; else why not."""
    if not trusted:
        return UNCHECKED, ""
    library = _library()
    builder = library.VerifierBuilder()
    for certificate in dict.fromkeys(trusted):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(token.response, content)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the stamp is not trusted
        return UNTRUSTED, f"does not stand before the authorities given: {_reason(error)}"
    return TRUSTED, ""


def _reason(error: Exception) -> str:
    """The one reason in OpenSSL's ``ErrorStack([Error { …, reason: "certificate verify error", file … }])``."""
    said = " ".join(str(error).split())
    found = re.search(r'reason: "([^"]+)"', said)
    return found[1] if found else said[:200]


def _token(read: Any) -> Token:  # noqa: ANN401 - rfc3161-client's response
    info, signer = read.tst_info, _signer(read)
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256:
        raise EvidenceError("the stamp is over another digest than SHA-256")
    return Token(
        time=info.gen_time.astimezone(UTC) if info.gen_time.tzinfo else info.gen_time.replace(tzinfo=UTC),
        imprint=imprint.message.hex(),
        policy=info.policy.dotted_string,
        serial=f"{info.serial_number:x}",
        nonce=info.nonce,
        authority=signer.subject.rfc4514_string() if signer else "",
        issuer=signer.issuer.rfc4514_string() if signer else "",
        fingerprint=_fingerprint(signer) if signer else "",
        response=read,
    )


def _signer(read: Any) -> Certificate | None:  # noqa: ANN401 - rfc3161-client's response
    """The certificate that the signature names, among those that came along."""
    from cryptography import x509

    named = {(one.issuer, one.serial_number) for one in read.signed_data.signer_infos}
    for der in sorted(read.signed_data.certificates):
        certificate = x509.load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) in named:
            return certificate
    return None


def _fingerprint(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _integers(der: bytes) -> list[int]:
    """The INTEGERs directly inside an outer SEQUENCE, in order; none where it is no such thing."""
    _, start, end = _element(der, 0)
    found = list[int]()
    for member in _members(der, start, min(end, len(der))):
        tag, begin, stop = _element(member, 0)
        if tag == 0x02:
            found.append(int.from_bytes(member[begin:stop], "big", signed=True))
    return found


def _members(der: bytes, start: int, end: int) -> list[bytes]:
    """The whole elements between *start* and *end*; none where they do not fill it."""
    found, at = list[bytes](), start
    while at < end:
        _, _, after = _element(der, at)
        if not at < after <= end:
            return []
        found.append(der[at:after])
        at = after
    return found


def _inside(der: bytes, at: int) -> int:
    """Where the value of the element at *at* begins."""
    return _element(der, at)[1]


def _beyond(der: bytes, at: int, count: int) -> int:
    """Where the element begins that comes *count* after that at *at*."""
    for _ in range(count):
        at = _element(der, at)[2]
    return at


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, and where the value begins and ends, of the element at *at* (X.690, definite lengths)."""
    if at + 2 > len(der):
        return 0, at, at
    length, start = der[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[start : start + size], "big"), start + size
    return der[at], start, start + length


def _library() -> ModuleType:
    try:
        import rfc3161_client
        import rfc3161_client.base
    except ImportError as error:
        raise MissingExtraError("time stamps need rfc3161-client: pip install 'phishlab[stamp]'") from error
    return rfc3161_client
