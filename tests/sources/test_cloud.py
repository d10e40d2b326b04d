"""Reverse names and the clouds that they read as."""

from __future__ import annotations

import pytest

from phishlab.sources import cloud


@pytest.mark.parametrize(
    ("name", "service", "region", "place"),
    [
        ("ioooo.japaneast.cloudapp.azure.com", "Microsoft Azure", "japaneast", "Tokyo and Saitama, Japan"),
        ("A.B.JapanWest.cloudapp.azure.com.", "Microsoft Azure", "japanwest", "Osaka, Japan"),
        ("x.marsnorth.cloudapp.azure.com", "Microsoft Azure", "marsnorth", None),
        (
            "ec2-18-176-0-1.ap-northeast-1.compute.amazonaws.com",
            "Amazon Web Services (EC2)",
            "ap-northeast-1",
            "Tokyo",
        ),
        (
            "ec2-44-216-146-166.compute-1.amazonaws.com",
            "Amazon Web Services (EC2)",
            "us-east-1",
            "Northern Virginia",
        ),
        (
            "ec2-52-80-0-1.cn-north-1.compute.amazonaws.com.cn",
            "Amazon Web Services (EC2)",
            "cn-north-1",
            "Beijing",
        ),
        ("ec2-1-2-3-4.xx-new-9.compute.amazonaws.com", "Amazon Web Services (EC2)", "xx-new-9", None),
        (
            "e234-2.smtp-out.ap-northeast-1.amazonses.com",
            "Amazon Web Services (SES)",
            "ap-northeast-1",
            "Tokyo",
        ),
        ("4.3.2.1.bc.googleusercontent.com", "Google Cloud", None, None),
        ("192-0-2-1.ip.linodeusercontent.com", "Akamai (Linode)", None, None),
        ("li123-45.members.linode.com", "Akamai (Linode)", None, None),
        ("192.0.2.1.vultrusercontent.com", "Vultr", None, None),
        ("vps-a2bccee9.vps.ovh.net", "OVHcloud (VPS)", None, None),
        ("static.1.2.0.192.clients.your-server.de", "Hetzner", None, None),
        ("vmi123456.contaboserver.net", "Contabo", None, None),
        ("ik1-413-38519.vs.sakura.ne.jp", "Sakura VPS", "ik1", None),
        ("v160-251-207-67.cqpf.static.cnode.jp", "GMO (ConoHa, Z.com)", None, None),
        ("v133-18-108-210.vir.kagoya.net", "KAGOYA Cloud VPS", None, None),
    ],
)
def test_default_names(name: str, service: str, region: str | None, place: str | None) -> None:
    read = cloud.from_reverse_name(name)
    assert read is not None
    assert (read.service, read.region, read.region_place) == (service, region, place)
    assert read.name == name.rstrip(".").lower()
    assert read.rule


@pytest.mark.parametrize(
    "name",
    [
        "",
        "mail.example.jp",
        "ioooo.japaneast.cloudapp.azure.com.evil.example",
        "japaneast.cloudapp.azure.com",
        "x.japaneast.cloudapp.azure.com@evil",
        "cloudapp.azure.com",
        "bc.googleusercontent.com",
        "x.bc.googleusercontent.com",
        "x\n.japaneast.cloudapp.azure.com",
        "a." * 100_000 + "example",
    ],
)
def test_other_names_and_names_that_only_contain_one(name: str) -> None:
    assert cloud.from_reverse_name(name) is None
