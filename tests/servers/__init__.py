"""Real servers on loopback under the real names: DNS, WHOIS, RDAP and web."""
