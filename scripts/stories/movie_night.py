"""A film streams, the second screen chatters, a download cuts in, and then the house sleeps."""

from __future__ import annotations

from scripts.stories import devices
from scripts.stories.stage import Stage, Story


def prepare(stage: Stage) -> None:
    """Everybody is at home."""
    stage.join(*stage.cast)
    for name in ("tv", "speaker"):
        devices.announce(stage.cast[name])
    devices.start_media_server(stage.cast["nas"])
    devices.start_ssh_server(stage.cast["nas"])
    devices.allow_login(stage.cast["laptop"], stage.cast["nas"])


def find_a_screen(stage: Stage) -> None:
    """Look for something to play on, and see the trailers."""
    phone, tv = stage.cast["phone"], stage.cast["tv"]
    stage.say("The phone looks for a screen. The television answers.", shows='mdns and dns.ptr.domain_name contains "tv."')
    devices.announce(phone)
    stage.pause(0.7)
    devices.look_for(phone, "_airplay._tcp")
    stage.pause(1.5)
    devices.look_for(phone, "_raop._tcp")
    stage.pause(2)
    stage.say("It asks the media servers of the house as well, by SSDP.", shows='ssdp and http.request.method == "M-SEARCH"')
    devices.search_by_ssdp(phone)
    stage.pause(3.5)

    stage.say("First the trailers, short clips over QUIC.", shows='tls.handshake.extensions_server_name == "quick.video.example"')
    devices.watch_quickly(tv, "clip", 2, 2.5)
    stage.pause(6)


def watch_the_film(stage: Stage) -> None:
    """Stream, and let the others cut in."""
    laptop, phone, tv, speaker = (stage.cast[name] for name in ("laptop", "phone", "tv", "speaker"))
    stage.say("The film begins, a piece every two seconds.", shows='tls.handshake.extensions_server_name == "video.example"')
    devices.watch(tv, "film", 13, 2.2)
    stage.pause(7)

    stage.say("Who is this actor? The phone looks it up during the film.", shows='tls.handshake.extensions_server_name == "news.example"')
    devices.browse(phone, "news.example")
    stage.pause(2)
    devices.browse(phone, "shop.example")
    stage.pause(3)

    stage.say("The speaker in the kitchen plays the radio.", shows='http.host == "radio.example"')
    devices.fetch(speaker, "http://radio.example/radio", options=("--max-time", "22"))
    stage.pause(5)

    stage.say("At the worst moment the laptop downloads an update.", shows='http.host == "updates.example"')
    devices.fetch(laptop, "http://updates.example/update")
    stage.pause(4)
    stage.say("The finale. Film, update, radio and clips, all at once.", shows="quic and tls.handshake.extensions_server_name")
    devices.watch_quickly(phone, "clip", 2, 2)
    devices.repeat(laptop, devices.page("cloud.example"), 3, 1.5)
    stage.pause(8)


def go_to_sleep(stage: Stage) -> None:
    """Save the pictures, switch off the lights."""
    laptop, phone, tv, nas = (stage.cast[name] for name in ("laptop", "phone", "tv", "nas"))
    stage.say("The credits roll. Somebody saves the evening's pictures on the NAS.", shows="ssh")
    devices.repeat(laptop, f"head -c 120000 /dev/urandom | {devices.login('root')} 'cat > /dev/null'", 2, 0.6)
    stage.pause(3.5)
    devices.browse(phone, "mail.example")
    stage.pause(3.5)

    stage.say("Lights out. Only the clocks are still awake.", shows="ntp")
    devices.set_clock(tv)
    stage.pause(3)
    devices.repeat(nas, "ping -c 1 router", 6, 1.6)
    stage.pause(9)


STORY = Story(
    name="movie-night",
    title="Movie night",
    about="A film streams, a phone chatters beside it, and an update comes at the worst moment. Then the house goes to sleep.",
    cast=("tv", "phone", "laptop", "speaker", "nas"),
    prepare=prepare,
    acts=(find_a_screen, watch_the_film, go_to_sleep),
)
