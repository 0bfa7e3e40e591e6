"""A certificate of one's own for a trial on a local network: phones trust the CA once, the server's part is remade."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from audit.base.storage import fsync_folder, make_folder

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
except ImportError:  # the extra `tls` is not installed
    x509 = None

CA_DAYS = 3650
SERVER_DAYS = 397  # Apple's phones take no longer one than 398 days
NEAR_ITS_END = timedelta(days=30)
SKEW = timedelta(days=1)  # clocks of phones that are behind
MISSING = (
    "--tls 需要 cryptography，请安装 pip install 'audit[tls]' · --tls wants cryptography: pip install 'audit[tls]'"
)


@dataclass(frozen=True)
class Certificate:
    """What the server shows, and the CA that phones must trust; `new_ca` when they have yet to."""

    file: Path
    key: Path
    ca: Path
    fingerprint: str
    until: datetime
    new_ca: bool


def refuse_without_extra() -> None:
    """Say what to install where the extra is missing."""
    if x509 is None:
        raise click.ClickException(MISSING)


def certificate(folder: Path, names: Iterable[str], *, now: datetime) -> Certificate:
    """The certificate for these host names and addresses: the one in the folder while it holds, else a new one.

    The CA is made once, and again only near its end; keys are readable by nobody else.
    """
    refuse_without_extra()
    wanted = {_alternative(name) for name in names}
    make_folder(folder)
    authority = _Pair(folder / "audit-ca.crt", folder / "ca.key")
    own = _Pair(folder / "server.crt", folder / "server.key")
    if new_ca := not authority.holds(now):
        _make_authority(authority, now)
    if new_ca or not own.holds(now) or not _is_for(own.certificate, wanted, authority.certificate):
        _make_server(own, authority, wanted, now)
    return Certificate(
        own.file,
        own.key_file,
        authority.file,
        authority.certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        own.certificate.not_valid_after_utc,
        new_ca,
    )


class _Pair:
    """A certificate and its private key in two files."""

    def __init__(self, file: Path, key_file: Path):
        self.file, self.key_file = file, key_file
        self.certificate, self.key = None, None
        if file.exists() and key_file.exists():
            if key_file.stat().st_mode & 0o077:
                key_file.chmod(0o600)
            try:
                self.certificate = x509.load_pem_x509_certificate(file.read_bytes())
                self.key = serialization.load_pem_private_key(key_file.read_bytes(), None)
            except ValueError as error:
                zh = f"{file.parent} 里的证书或私钥无法读取；删除这个文件夹后重新启动会另做一套，手机须重新安装"
                en = "cannot be read: delete that folder, and the next start makes new ones that phones must trust anew"
                raise click.ClickException(f"{zh} · {file.name} or {key_file.name} {en}") from error

    def holds(self, now: datetime) -> bool:
        """Whether both are there, belong together and are not near their end."""
        if self.certificate is None or self.certificate.public_key() != self.key.public_key():
            return False
        return self.certificate.not_valid_before_utc <= now < self.certificate.not_valid_after_utc - NEAR_ITS_END

    def keep(self, certificate, key) -> None:
        """The key first: what was cut off in between is no pair, and is made anew."""
        private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        _write(self.key_file, key.private_bytes(serialization.Encoding.PEM, *private), 0o600)
        _write(self.file, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
        self.certificate, self.key = certificate, key


def _write(path: Path, data: bytes, mode: int) -> None:
    """Whole or not at all, and never readable for a moment by whom it is not for."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    fsync_folder(path.parent)


def _make_authority(authority: _Pair, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    # several may come to lie on one phone: the day and four digits tell them apart; at most 64 bytes
    day = now.strftime("%Y-%m-%d")
    name = _name(f"便民服务核查 试用 trial CA {day} {secrets.token_hex(2)}")
    built = _begun(name, name, key, now, now + timedelta(days=CA_DAYS))
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    built = built.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    authority.keep(built.sign(key, hashes.SHA256()), key)


def _make_server(own: _Pair, authority: _Pair, wanted: set, now: datetime) -> None:
    key, ca = ec.generate_private_key(ec.SECP256R1()), authority.certificate
    until = min(now - SKEW + timedelta(days=SERVER_DAYS), ca.not_valid_after_utc)
    built = _begun(_name("便民服务中心标准化核查 audit"), ca.subject, key, now, until)
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    built = built.add_extension(_usage(digital_signature=True), critical=True)
    built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    names = sorted(wanted, key=lambda name: (type(name).__name__, str(name.value)))
    built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.public_key())
    built = built.add_extension(issuer, critical=False)
    own.keep(built.sign(authority.key, hashes.SHA256()), key)


def _begun(subject, issuer, key, now: datetime, until: datetime):
    built = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), now - SKEW, until)
    return built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _name(text: str):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(**allowed: bool):
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**dict.fromkeys(names, False) | allowed)


def _alternative(name: str):
    """As a certificate names it: an address, or a name without case."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return x509.DNSName(name.lower())


def _is_for(shown, wanted: set, ca) -> bool:
    try:
        shown.verify_directly_issued_by(ca)
        return set(shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value) == wanted
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):  # another CA's, or nobody's
        return False
