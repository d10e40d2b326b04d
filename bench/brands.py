"""How well brands are named: from phishing URLs alone, and in whole mails.

    python bench/brands.py            # everything; about four minutes
    python bench/brands.py --labels   # how the labels of the URL list are read

The data stand beside the checkout or where PHISHLAB_TEST_DATA says, and are not part of the project:
urls/jpcert-phishurl-YYYY.csv.gz (JPCERT/CC's phishurl-list: date, URL, brand in Japanese), mail/ham, mail/phishing.
The rules were tuned on 2019 to 2022; 2023 was looked at only to be counted.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from phishlab import indicators
from phishlab.assess import brands, identity, lookalikes, voices
from phishlab.assess.brands import Brand
from phishlab.mail import message
from phishlab.records import Message

DATA = Path(os.environ.get("PHISHLAB_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
TUNED, HELD_OUT = range(2019, 2023), range(2023, 2024)

# Labels that no shipped name reads, or reads otherwise; None: a brand that is not in the list.
LABELS: dict[str, str | None] = {
    "au": "au",
    "ANA": "ana",
    "CHASE": "chase",
    "Correos Chile": None,
    "DTI": "dti",
    "Deutsche Post DHL": "deutsche-post",
    "GMO": "onamae",
    "ING": "ing",
    "IRS": "irs",
    "JAL": "jal",
    "LINE": "line",
    "Linked in": "linkedin",
    "MUFG Nicos": "mufg-card",
    "Meta": "meta",
    "ODN": "odn",
    "SMBC ファイナンスサービス": "cedyna",
    "SMBCモビット": None,
    "STNet": "pikara",
    "Steam": "steam",
    "Telegram": "telegram",
    "VISA": "visa",
    "Viewcard": "viewcard",
    "goo": "goo",
    "workday": "workday",
}


def rows(years: Iterable[int]) -> Iterator[tuple[str, str]]:
    """URL and label of each row."""
    for year in years:
        with gzip.open(DATA / "urls" / f"jpcert-phishurl-{year}.csv.gz", "rt", encoding="utf-8-sig") as lines:
            for row in csv.reader(lines):
                if len(row) == 3 and row[0] != "date" and row[1].strip():
                    yield row[1].strip(), row[2].strip()


def meant(label: str) -> str | None:
    """The id of the shipped brand that a label means."""
    if label in LABELS:
        return LABELS[label]
    named = brands.named_in(label)
    return named[0].id if named else None


def named(url: str) -> tuple[str, tuple[Brand, ...]] | None:
    """What the findings see in an address, in their order: a word in the host, one like it, a word in the path."""
    parsed = indicators.url(url)
    if parsed is None:
        return None
    word = brands.in_url(parsed.host, parsed.path)
    if word and word.where == "host":
        return "word in the host", word.brands
    if alike := lookalikes.in_host(parsed.host):
        return "drawn alike in the host" if alike.drawn else "spelled alike in the host", alike.brands
    return ("word in the path", word.brands) if word else None


def urls(title: str, years: Iterable[int], *, hosts_once: bool) -> None:
    """Prints precision and recall; *hosts_once*: each pair of registrable domain and label counts once."""
    count: Counter[str] = Counter()
    right: Counter[str] = Counter()
    either: Counter[str] = Counter()
    known = seen = 0
    done: set[tuple[str, str]] = set()
    for url, label in rows(years):
        parsed = indicators.url(url)
        domain = (indicators.registrable(parsed.host) or parsed.host) if parsed else url
        if hosts_once and (domain, label) in done:
            continue
        done.add((domain, label))
        seen += 1
        known += meant(label) is not None
        if found := named(url):
            how, which = found
            for kind in (how, "all"):
                count[kind] += 1
                right[kind] += which[0].id == meant(label)
                either[kind] += meant(label) in {brand.id for brand in which}
    print(f"\n{title}: {seen:,} {'domains' if hosts_once else 'URLs'}, {known:,} with a label of the list")
    print("| seen in the URL | named | right | precision | one of its brands is right | recall |")
    print("|---|---|---|---|---|---|")
    for kind, total in count.most_common():
        print(
            f"| {kind} | {total:,} | {right[kind]:,} | {right[kind] / total:.3f} "
            f"| {either[kind] / total:.3f} | {right[kind] / seen:.3f} |"
        )


CLAIMS: tuple[tuple[str, Callable[[Message], tuple[Brand, ...]]], ...] = (
    ("display name names one", lambda mail: brands.named_in(mail.from_.display_name)),
    ("subject mentions one", lambda mail: brands.named_in(mail.subject.text)),
    ("subject speaks as one", lambda mail: voices.of_subject(mail.subject.text)),
    ("body mentions one", lambda mail: brands.named_in(mail.text)),
    ("body speaks as one", lambda mail: voices.of_body(mail.text)),
    ("the claim (name, else subject, else body)", identity.claimed),
)


def claims(kind: str) -> None:
    """Prints how often mails of *kind* claim a brand, how often From fits, and what the look-alike rules say."""
    mails = [message.parse(path.read_bytes()) for path in sorted((DATA / "mail" / kind).glob("*.eml"))]
    print(f"\n{kind}: {len(mails):,} mails")
    print("| what | mails | From domain is the brand's |\n|---|---|---|")
    for what, claimed in CLAIMS:
        said = [(mail.from_.domain, found) for mail in mails if (found := claimed(mail))]
        fits = sum(any(brands.owns(brand, domain) for brand in found) for domain, found in said)
        print(f"| {what} | {len(said):,} | {fits:,} |")
    ids: Counter[str] = Counter()
    for mail in mails:
        all_of = (*lookalikes.sender_findings(mail), *lookalikes.link_findings(mail, identity.claimed(mail)))
        ids.update({finding.id for finding in all_of})
    hosts = {link.host for mail in mails for link in mail.links if link.host}
    near = sorted(host for host in hosts if lookalikes.in_host(host))
    holding = sorted(host for host in hosts if brands.in_url(host, ""))
    print(f"\nmails with a finding: {dict(sorted(ids.items()))}")
    print(f"{len(hosts):,} link hosts: {len(near)} look alike, {len(holding)} hold a brand's word")
    if kind == "ham":
        print("look alike:", ", ".join(near))
        print("hold a word:", ", ".join(holding))


def labels() -> None:
    """Prints how each label is read."""
    for label, total in Counter(label for _, label in rows((*TUNED, *HELD_OUT))).most_common():
        print(f"{total:7,}  {label}  →  {meant(label) or '—'}")


def main() -> None:
    parser = argparse.ArgumentParser(description="how well brands are named")
    parser.add_argument("--labels", action="store_true", help="print how the labels of the URL list are read")
    if parser.parse_args().labels:
        labels()
        return
    own = [domain for brand in brands.known() for domain in brand.domains]
    print(f"{len(brands.known())} brands, {len(own)} domains, {len(brands.words())} words of addresses")
    for title, years in (("2019 to 2022 (tuned on)", TUNED), ("2023 (held out)", HELD_OUT)):
        urls(title, years, hosts_once=False)
        urls(title, years, hosts_once=True)
    for kind in ("ham", "phishing"):
        claims(kind)


if __name__ == "__main__":
    main()
