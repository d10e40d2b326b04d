"""The README of data/geoip/, filled with what the build measured."""

from __future__ import annotations

from typing import Any

COUNTS = ("city_same", "city_located", "asn_same", "asn_known")
README = """# GeoIP data

Written by `python data/build/geoip.py`, which anyone can run again; `manifest.json` says the same to programs.
{total} bytes in all. phishlab unpacks the databases once, into the user's cache folder, and checks their
SHA-256.

| file | what | built | licence | attribution |
|---|---|---|---|---|
{files}

## Attribution

- `city.mmdb.xz`, `dbip_shared_points.csv.xz`: [IP Geolocation by DB-IP](https://db-ip.com), DB-IP City Lite,
  [CC BY 4.0]({licence}). The list of shared points is derived from it,
  with its holders from the AS data below.
- `asn.mmdb.xz`: AS numbers by [RouteViews](https://www.routeviews.org) and the
  [Number Resource Organization](https://www.nro.net), names and gaps by [DB-IP](https://db-ip.com), merged by
  [ip-location-db](https://github.com/sapics/ip-location-db), [CC BY 4.0]({licence}).

Whoever shows answers of these databases gives this attribution; a web application links back to DB-IP.com.

## What was made of what

{sources}

`dbip_shared_points.csv`: {points} points that stand for 1 % of a country's IPv4 addresses or for 1,000 networks.
Points less than 11 m apart (four decimals) count as one. `label` is the most frequent region and city;
`networks` counts IPv4 and IPv6, `v4_addresses` and `share_of_country` (0 to 1) IPv4 addresses alone.
`as1`, `as1_name` and `as1_share` say who announces most of `v4_addresses`, and which share of them (0 to 1);
`as2` and `as3` who comes next. `as_unknown_share` are those for which the ASN database of `as_built` has nobody.
To announce is to carry the traffic: it is not to be the one who uses an address.

## What to know of it

- It is a snapshot: its date is printed beside every answer. DB-IP publishes a new City Lite each month
  (https://db-ip.com/db/download/ip-to-city-lite). Name a newer file, or MaxMind's, in `PHISHLAB_GEOIP_CITY`
  and `PHISHLAB_GEOIP_ASN`.
- DB-IP City Lite gives no radius and nearly always names a city, even where it knows the country alone.
- The ASN package's own README warns that its data has bugs and that npm gets no more updates. One was met:
  {disputed} IPv4 addresses were claimed by two systems at once; they are left out.
- It says what an address was used for in June 2026, not at the date of an older mail.

## Compared with the packages

Random addresses ({sample} of each family; IPv6 out of announced ranges), asked of the files here and of the
packages:

| | city: same answer | of them located | ASN: same answer | of them known |
|---|---|---|---|---|
{checks}

## Digests

| file | bytes | SHA-256 |
|---|---|---|
{digests}
"""


def text(manifest: dict[str, Any]) -> str:
    databases = manifest["databases"]
    parts = [*databases.values(), manifest["shared_points"]]
    checked = manifest["check"]
    return README.format(
        total=f"{sum(part['packed']['bytes'] for part in parts):,}",
        licence=databases["city"]["licence_url"],
        files="\n".join(
            _row(f"`{part['file']}`", *(part[name] for name in ("title", "built", "licence", "attribution")))
            for part in parts
        ),
        sources="\n".join(_source(part) for part in databases.values()),
        points=f"{manifest['shared_points']['contents']['points']:,}",
        disputed=f"{databases['asn']['contents']['disputed_addresses']:,}",
        sample=f"{checked['sample']:,}",
        checks="\n".join(
            _row(title, *(f"{checked[family][count]:,}" for count in COUNTS))
            for family, title in (("ipv4", "IPv4"), ("ipv6", "IPv6"))
        ),
        digests="\n".join(
            _row(f"`{name}`", f"{sizes['bytes']:,}", f"`{sizes['sha256']}`")
            for part in parts
            for name, sizes in (
                (part["file"], part["packed"]),
                (part["file"].removesuffix(".xz"), part["unpacked"]),
            )
        ),
    )


def _source(part: dict[str, Any]) -> str:
    contents = ", ".join(f"{name.replace('_', ' ')}: {number:,}" for name, number in part["contents"].items())
    source = part["source"]
    return (
        f"- `{part['file']}`: npm package `{source['name']}` {source['version']}\n"
        f"  (`{source['integrity']}`).\n  Changed: {part['changes']}.\n  Holds {contents}."
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
