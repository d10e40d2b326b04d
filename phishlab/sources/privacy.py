"""Privacy and proxy services that stand in a registrant's place, known by the name that they put there."""

from __future__ import annotations

# What the registrant field holds, lower case, and who that is. A name alone: nothing is inferred from it.
_SERVICES = (
    ("domains by proxy", "Domains By Proxy"),
    ("domainsbyproxy", "Domains By Proxy"),
    ("withheld for privacy", "Withheld for Privacy (formerly WhoisGuard)"),
    ("whoisguard", "Withheld for Privacy (formerly WhoisGuard)"),
    ("privacyguardian", "PrivacyGuardian"),
    ("see privacyguardian", "PrivacyGuardian"),
    ("contact privacy inc", "Contact Privacy"),
    ("perfect privacy", "Perfect Privacy"),
    ("privacy protect, llc", "Privacy Protect"),
    ("privacyprotect", "Privacy Protect"),
    ("identity protection service", "Identity Protection Service"),
    ("identity protect limited", "Identity Protection Service"),
    ("proxy protection llc", "Proxy Protection (DreamHost)"),
    ("proxy.dreamhost.com", "Proxy Protection (DreamHost)"),
    ("private by design, llc", "Private by Design (Porkbun)"),
    ("domain privacy service fbo registrant", "Domain Privacy Service (Endurance)"),
    ("privacydotlink", "PrivacyDotLink"),
    ("moniker privacy services", "Moniker Privacy Services"),
    ("anonymize, inc", "Anonymize"),
    ("1&1 internet - domain private registration", "1&1 Private Registration"),
    ("oneandone private registration", "1&1 Private Registration"),
    ("jewella privacy", "Jewella Privacy"),
    ("digital privacy corporation", "Digital Privacy Corporation"),
    ("privacy hero", "Privacy Hero"),
    ("whois agent", "Whois Agent"),
    ("privatemonster.com", "Domainmonster Privacy Service"),
    ("domainmonster.com privacy service", "Domainmonster Privacy Service"),
    ("whois privacy protection service by value-domain", "Whois Privacy Protection Service by VALUE-DOMAIN"),
    ("super privacy service", "Super Privacy Service"),
    ("whois privacy protection service by onamae", "Whois Privacy Protection Service by onamae.com"),
    ("whois privacy protection service by muumuu", "Whois Privacy Protection Service by MuuMuuDomain"),
    ("whois privacy protection service", "Whois Privacy Protection Service"),
    ("whois privacy corp", "Whois Privacy Corp."),
    ("whoisprotection", "Whois Protection"),
    ("domain protection services", "Domain Protection Services"),
    ("privacy service provided by", "Privacy Service"),
    ("registration private", "Registration Private"),
    ("private registrant", "Private Registrant"),
)
_REDACTIONS = (
    "redacted for privacy",
    "redacted",
    "data redacted",
    "gdpr masked",
    "not disclosed",
    "data protected",
    "statutory masking enabled",
    "not shown, please visit",
    "visit whois.",
    "visit www.eurid.eu",
    "hidden upon user request",
    "hidden!",
    "private person",
    "personal data, can not be publicly disclosed",
)


def service(*texts: str | None) -> str | None:
    """The privacy service that one of *texts* names, None where none does; the most telling name wins."""
    shown = [text.lower() for text in texts if text]
    return next((name for sign, name in _SERVICES if any(sign in text for text in shown)), None)


def redacted(text: str | None) -> bool:
    """Whether *text* says only that the registrant is withheld: ``REDACTED FOR PRIVACY``."""
    shown = (text or "").strip(" ([").lower()
    return shown == "hidden" or shown.startswith(_REDACTIONS)
