"""Devices come alive one after another, until all speak at once."""

from __future__ import annotations

from scripts.stories import devices
from scripts.stories.stage import Stage, Story


def prepare(stage: Stage) -> None:
    """Nobody is up but the router."""


def wake_people(stage: Stage) -> None:
    """Bring the laptop and the phone in."""
    laptop, phone = stage.cast["laptop"], stage.cast["phone"]
    stage.say("The laptop wakes up and asks the router for an address.", shows='dhcp.option.hostname == "laptop"')
    devices.join(laptop)
    stage.pause(1)
    devices.announce(laptop)
    stage.pause(2)
    stage.say("It asks a time server what time it is.", shows="ntp")
    devices.set_clock(laptop)
    stage.pause(2.5)
    stage.say("It looks up a name and reads the news, sealed with TLS.", shows='tls.handshake.extensions_server_name == "news.example"')
    devices.browse(laptop, "news.example")
    stage.pause(2)
    devices.browse(laptop, "weather.example")
    stage.pause(2.5)

    stage.say("The phone comes to breakfast and asks for an address too.", shows='dhcp.option.hostname == "phone"')
    devices.join(phone)
    stage.pause(2.5)
    devices.ask_for_settings(phone)
    stage.pause(1)
    stage.say("It fetches the mail and looks at the weather.", shows='tls.handshake.extensions_server_name == "mail.example"')
    devices.browse(phone, "mail.example")
    stage.pause(2)
    devices.browse(phone, "weather.example")
    stage.pause(2)


def wake_things(stage: Stage) -> None:
    """Bring printer, speaker and NAS in."""
    phone, printer, speaker, nas = (stage.cast[name] for name in ("phone", "printer", "speaker", "nas"))
    stage.say("The printer warms up and tells its neighbours what it can do.", shows='mdns and dns.resp.name contains "printer"')
    devices.join(printer)
    devices.start_web_server(printer, ports=(80,))
    stage.pause(2)
    devices.announce(printer)
    stage.pause(5)

    stage.say("The speaker joins and plays the radio over plain HTTP.", shows='http.host == "radio.example"')
    devices.join(speaker)
    devices.announce(speaker)
    stage.pause(1.5)
    devices.fetch(speaker, "http://radio.example/radio", options=("--max-time", "26"))
    stage.pause(4)

    devices.join(nas)
    stage.pause(1)
    stage.say("The NAS spins up and announces its films by SSDP.", shows='ssdp and http.request.method == "NOTIFY"')
    devices.start_media_server(nas)
    stage.pause(4)

    stage.say("The phone looks for a printer and sends it a photo.", shows='tcp contains "PUT /letters"')
    devices.announce(phone)
    stage.pause(1)
    devices.look_for(phone, "_ipp._tcp")
    stage.pause(1.2)
    devices.send(phone, "http://printer/letters/photo")
    stage.pause(3.8)


def rush(stage: Stage) -> None:
    """Let everybody speak at once, and leave."""
    laptop, phone, tv = stage.cast["laptop"], stage.cast["phone"], stage.cast["tv"]
    stage.say("Rush hour, and everybody wants something before they leave.", shows="quic and tls.handshake.extensions_server_name")
    devices.join(tv)
    devices.repeat(laptop, devices.page("news.example"), 4, 2)
    devices.watch_quickly(phone, "clip", 3, 2.4)
    stage.pause(1.2)
    devices.repeat(phone, devices.page("shop.example"), 3, 1.8)
    devices.watch(tv, "film", 4, 2)
    devices.set_clock(tv)
    stage.pause(4)
    stage.say("In the hurry somebody mistypes a name. Nobody knows it.", shows="dns.flags.rcode == 3")
    devices.repeat(laptop, "dig +short wether.example; dig +short AAAA wether.example", 3, 0.7)
    stage.pause(4)

    stage.say("They are gone. The laptop only checks that the router is there.", shows="icmp.type == 8")
    devices.repeat(laptop, "ping -c 1 router", 8, 0.9)
    stage.pause(8)


STORY = Story(
    name="morning",
    title="The house wakes up",
    about="Laptop, phone, printer and speaker come alive one after another, until everybody speaks at once.",
    cast=("laptop", "phone", "printer", "speaker", "nas", "tv"),
    prepare=prepare,
    acts=(wake_people, wake_things, rush),
)
