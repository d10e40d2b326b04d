"""Which cloud, and which of its regions, a reverse name reads as.

It is a reading of a name, and the holder of the address writes that name: most clouds set it by default, some
let their customer choose it. Places are those that the providers' own documentation gives for a region.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from phishlab.records import Cloud
from phishlab.sources.cloud_regions import AWS, AZURE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A pattern over whole names; its group ``region`` where the name tells one."""

    name: str
    service: str
    pattern: re.Pattern[str]
    places: dict[str, str]
    default: str | None = None
    """The region of names that have none in them."""


def _rule(
    name: str, service: str, pattern: str, places: dict[str, str] | None = None, default: str | None = None
) -> _Rule:
    compiled = re.compile(pattern, re.ASCII)
    return _Rule(name=name, service=service, pattern=compiled, places=places or {}, default=default)


_HOST = r"(?:[a-z0-9_-]+\.)+"
_RULES = (
    # ioooo.japaneast.cloudapp.azure.com
    _rule("azure-cloudapp", "Microsoft Azure", rf"{_HOST}(?P<region>[a-z0-9]+)\.cloudapp\.azure\.com", AZURE),
    # ec2-18-176-0-1.ap-northeast-1.compute.amazonaws.com
    _rule(
        "aws-ec2",
        "Amazon Web Services (EC2)",
        r"ec2-[0-9-]+\.(?P<region>[a-z0-9-]+)\.compute\.amazonaws\.com(?:\.cn)?",
        AWS,
    ),
    # ec2-44-216-146-166.compute-1.amazonaws.com: the oldest region has no code in its names
    _rule(
        "aws-ec2", "Amazon Web Services (EC2)", r"ec2-[0-9-]+\.compute-1\.amazonaws\.com", AWS, "us-east-1"
    ),
    # e234-2.smtp-out.ap-northeast-1.amazonses.com
    _rule(
        "aws-ses", "Amazon Web Services (SES)", rf"{_HOST}(?P<region>[a-z]+-[a-z]+-\d)\.amazonses\.com", AWS
    ),
    # 4.3.2.1.bc.googleusercontent.com
    _rule("google-cloud", "Google Cloud", r"\d+\.\d+\.\d+\.\d+\.bc\.googleusercontent\.com"),
    # 192-0-2-1.ip.linodeusercontent.com, li123-45.members.linode.com
    _rule("linode", "Akamai (Linode)", rf"{_HOST}(?:ip\.linodeusercontent|members\.linode)\.com"),
    # 192.0.2.1.vultrusercontent.com
    _rule("vultr", "Vultr", r"\d+\.\d+\.\d+\.\d+\.vultrusercontent\.com"),
    # vps-a2bccee9.vps.ovh.net
    _rule("ovh-vps", "OVHcloud (VPS)", r"vps-[0-9a-f]+\.vps\.ovh\.(?:net|ca|us)"),
    # static.1.2.0.192.clients.your-server.de
    _rule("hetzner", "Hetzner", rf"{_HOST}clients\.your-server\.de"),
    # vmi123456.contaboserver.net
    _rule("contabo", "Contabo", r"[a-z]+\d+\.contaboserver\.net"),
    # ik1-413-38519.vs.sakura.ne.jp, tk2-…, os3-…: the prefix is the zone's code
    _rule(
        "sakura-vps",
        "Sakura VPS",
        r"(?P<region>[a-z]{2}\d)-[0-9-]+\.vs\.sakura\.ne\.jp",
    ),
    # v160-251-207-67.cqpf.static.cnode.jp
    _rule("conoha", "GMO (ConoHa, Z.com)", rf"v[0-9-]+\.{_HOST}static\.cnode\.jp"),
    # v133-18-108-210.vir.kagoya.net
    _rule("kagoya", "KAGOYA Cloud VPS", r"v[0-9-]+\.vir\.kagoya\.net"),
)


def from_reverse_name(name: str) -> Cloud | None:
    """The cloud that *name* reads as, None where no pattern fits the whole of it.

    ``ioooo.japaneast.cloudapp.azure.com`` is Microsoft Azure, region japaneast, which Microsoft puts in Tokyo
    and Saitama. A region that is in no list stays its bare code.
    """
    read = name.strip().rstrip(".").lower()
    for rule in _RULES:
        if match := rule.pattern.fullmatch(read):
            region = match.groupdict().get("region") or rule.default
            return Cloud(
                service=rule.service,
                region=region,
                region_place=rule.places.get(region or ""),
                rule=rule.name,
                name=read,
            )
    return None
