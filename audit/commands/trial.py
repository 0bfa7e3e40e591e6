"""A trial on a local network: which names and addresses the server has there, and what its phones must be told."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator

import click

from audit.base import clock
from audit.commands.certificates import Certificate
from audit.config import HOST, Config

OWN = ("127.0.0.1", "localhost", "::1", "[::1]")
EVERYWHERE = "0.0.0.0"
SIOCGIFADDR = 0x8915  # Linux: the address of an interface
ELSEWHERE = ("192.0.2.1", 9)  # nothing is sent there: the system only says from which address it would be


def names(config: Config, host: str) -> list[str]:
    """What this server may be called: this machine, its name, where it listens, and what the settings say."""
    found = ["127.0.0.1", "localhost", socket.gethostname(), *reached_by(host), *config.hosts.split()]
    # a machine may have a name that is none on a network, such as one with an underscore
    return list(dict.fromkeys(name for name in found if HOST.fullmatch(name)))


def reached_by(host: str) -> list[str]:
    """The addresses at which other machines reach who listens on `host`."""
    try:
        unspecified = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        unspecified = False
    return lan_addresses() if unspecified else [host]


def lan_addresses() -> list[str]:
    """The IPv4 addresses of this machine but for those nobody else reaches, the usual way out first."""
    found = [*_way_out(), *_of_interfaces(), *_of_own_name()]
    return [each for each in dict.fromkeys(found) if _is_for_others(ipaddress.ip_address(each))]


def _is_for_others(address: ipaddress.IPv4Address) -> bool:
    return not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast)


def _way_out() -> Iterator[str]:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(ELSEWHERE)
        yield probe.getsockname()[0]


def _of_interfaces() -> Iterator[str]:
    """Each interface's own: on a network without a way out nothing else knows them."""
    if sys.platform != "linux":
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # one without an address
                told = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                yield socket.inet_ntoa(told[20:24])


def _of_own_name() -> Iterator[str]:
    with contextlib.suppress(OSError):
        yield from socket.gethostbyname_ex(socket.gethostname())[2]


def tell(shown: Certificate, config: Config, host: str, port: int) -> None:
    """What has to be done on each phone, in Chinese and in English."""
    found = dict.fromkeys([*reached_by(host), *config.hosts.split()])
    addresses = [f"[{each}]" if ":" in each else each for each in found if each not in OWN]
    lines = [
        "",
        "局域网试用：每部手机先安装下面的 CA 证书，再用浏览器打开网址",
        "A trial on a local network: install this CA certificate on each phone, then open the address there",
        "",
        *(f"  https://{address}:{port}/app/" for address in addresses),
        *([] if addresses else ["  本机没有局域网地址 this machine has no address on a network"]),
        "",
        f"  CA 证书 certificate: {shown.ca.absolute()}",
        f"  SHA-256: {shown.fingerprint}",
        *(["  新做的 CA，手机须（重新）安装 a new CA: phones have to install it (again)"] if shown.new_ca else []),
        "",
        *(f"  {line}" for line in INSTRUCTIONS),
        f"  服务器证书有效至 {clock.shown(shown.until)}，重新启动时自动更换 the server's own holds until then, and a "
        "start renews it",
        "",
    ]
    click.echo("\n".join(lines))


INSTRUCTIONS = (
    "安卓：把该文件传到手机（数据线、邮件等），设置 → 安全 → 更多安全设置 → 安装证书 → CA 证书；",
    "  用 Chrome 或 Edge 打开网址（其他应用内的浏览器可能不信任它）",
    "Android: copy the file to the phone; Settings → Security → More → Install a certificate → CA certificate;",
    "  open the address in Chrome or Edge (browsers inside other apps may not trust it)",
    "iPhone：用隔空投送或邮件发送该文件并点开，设置 → 通用 → VPN 与设备管理 → 安装描述文件；再到",
    "  设置 → 通用 → 关于本机 → 证书信任设置，打开该证书的开关（缺这一步不生效）",
    "iPhone: send the file by AirDrop or mail and open it; Settings → General → VPN & Device Management → install the",
    "  profile; then Settings → General → About → Certificate Trust Settings: switch it on (it does nothing before)",
    "仅供试用，结束后请从手机删除该证书；正式使用请按 docs/operations.md 用 nginx 或 Caddy 和正式证书",
    "For a trial only: remove it from the phones afterwards; for real use nginx or Caddy, see docs/operations.md",
)
