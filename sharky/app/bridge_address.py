"""An address of this machine's own on a bridge that Sharky has taken: whether to have it asked for, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

from sharky.app.placing import Tools
from sharky.placement.managers import manages
from sharky.placement.memory import Before
from sharky.placement.network import FOREVER_S, Address


def ask_address(before: Before, tools: Tools) -> bool:
    """Have an address of this machine's own asked for on a bridge; tell whether there is one."""
    if not _may_ask(before.name, tools):
        return _has_fixed(before.name, tools)
    client = tools.addresses.client()
    tools.memory.keep(replace(before, client=client))
    tools.say(f"{client} asks for an address on {before.name}.")
    if tools.addresses.begin(client, before.name):
        tools.say(f"{before.name} has {' and '.join(map(str, _addresses(before.name, tools)))}; {client} goes on renewing it until --undo.")
        return True
    tools.memory.keep(before)
    tools.say("No DHCP server answered; everything else is in place.")
    return False


def _may_ask(name: str, tools: Tools) -> bool:
    """Tell whether somebody can ask for an address, and nobody else sees to it; a fixed one is enough."""
    return bool(tools.addresses.client()) and not manages(name, tools.root) and not _has_fixed(name, tools)


def _has_fixed(name: str, tools: Tools) -> bool:
    return any(address.valid_s == FOREVER_S for address in _addresses(name, tools))


def ask_address_again(name: str, tools: Tools) -> bool:
    """Have an address asked for on a bridge where nobody answered before, or nobody was asked; tell whether nothing is left to ask for."""
    before = tools.memory.recall("bridge", name)
    if not before or before.client or tools.is_dry or _addresses(name, tools) or not _may_ask(name, tools):
        return True
    return ask_address(before, tools)


def _addresses(interface: str, tools: Tools) -> list[Address]:
    return [address for address in tools.kernel.read().addresses_of(interface) if address.family == 4]
