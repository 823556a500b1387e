"""Loopback addresses."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, always means this machine.

    ``localhost`` and names under it are (RFC 6761 §6.3), and so are 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104.
    """
    name = host.lower().rstrip(".")
    if "%" in name:  # a zone (RFC 4007 §11) may hold any text
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
