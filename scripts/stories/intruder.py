"""A calm evening, a stranger who tries every door, and calm again."""

from __future__ import annotations

from scripts.stories import devices
from scripts.stories.stage import Stage, Story

VICTIMS = ("router", "nas", "camera", "hub", "laptop", "phone")


def prepare(stage: Stage) -> None:
    """Everybody is at home but the stranger."""
    stage.join(*(name for name in stage.cast if name != "stranger"))
    devices.start_broker(stage.cast["hub"])
    devices.start_ssh_server(stage.cast["nas"])
    devices.start_media_server(stage.cast["nas"])
    devices.start_web_server(stage.cast["camera"], ports=(80,))


def spend_a_calm_evening(stage: Stage) -> None:
    """Show what is usual."""
    laptop, phone, thermostat = stage.cast["laptop"], stage.cast["phone"], stage.cast["thermostat"]

    stage.say("A calm evening. The thermostat tells the hub how warm it is.", shows='mqtt.topic == "home/hall/temperature"')
    devices.publish(thermostat, "hall/temperature", "20.$n", 30, 2.2)
    stage.pause(2)
    stage.say("Somebody reads, somebody looks at the camera.", shows='http.host == "camera"')
    devices.browse(laptop, "news.example")
    stage.pause(1.5)
    devices.fetch(phone, "http://camera/photo.jpg", options=("--limit-rate", "30k"))
    stage.pause(3)


def let_the_stranger_in(stage: Stage) -> None:
    """Scan the house, first its addresses, then its ports."""
    stranger = stage.cast["stranger"]
    stage.say("A stranger joins the network and gets an address like everyone else.", shows='dhcp.option.hostname == "stranger"')
    devices.join(stranger)
    stage.pause(4)
    stage.say("It knocks at every door to learn who is at home.", shows="arp.opcode == 1 and eth.src == 02:de:ad:00:be:ef")
    stranger.start("nmap", "-sn", "-n", "--max-rate", "30", "--max-retries", "1", "192.168.1.1,100-199")
    stage.pause(8)

    stage.say("It tries a hundred ports of every device it found.", shows="tcp.flags.reset == 1 and eth.dst == 02:de:ad:00:be:ef")
    stranger.start("nmap", "-sS", "-n", "-Pn", "-F", "--max-rate", "80", "--max-retries", "0", *VICTIMS)
    stage.pause(9)


def try_the_doors(stage: Stage) -> None:
    """Ask, guess, and be refused."""
    stranger = stage.cast["stranger"]
    stage.say("It asks the open ports what programs they are.", shows="ssh and eth.dst == 02:de:ad:00:be:ef")
    stranger.start("nmap", "-sV", "-n", "-Pn", "-p", "22,53,80,1883,8200", "--version-light", "nas", "camera", "hub")
    stage.pause(3)
    stranger.start("nmap", "-sU", "-n", "-Pn", "-p", "53,123,137,161,1900,5353", "--max-rate", "12", "--max-retries", "1", *VICTIMS)
    stage.pause(6)

    stage.say("It guesses names at the NAS. The NAS says no.", shows="ssh and eth.src == 02:de:ad:00:be:ef")
    for user in ("admin", "root", "guest", "backup"):
        devices.repeat(stranger, f"{devices.login(user)} true", 1, 0)
        stage.pause(1.3)
    stage.say("It tries the old door of the camera, telnet. That is closed.", shows="tcp.dstport == 23")
    devices.repeat(stranger, "telnet camera", 4, 0.8)
    devices.repeat(stranger, "curl -s -o /dev/null -u admin:admin http://camera/admin", 4, 0.9)
    stage.pause(4.5)


def throw_the_stranger_out(stage: Stage) -> None:
    """Calm down."""
    laptop, phone = stage.cast["laptop"], stage.cast["phone"]
    stage.say("The owner sees the shark and pulls the stranger's plug.", shows="mqtt")
    stage.cast["stranger"].network("ip", "link", "set", "eth0", "down")
    stage.pause(2.5)
    stage.say("Is everyone all right? The laptop asks around.", shows="icmp.type == 0")
    for name in ("router", "nas", "camera", "hub"):
        devices.repeat(laptop, f"ping -c 2 -i 0.4 {name}", 1, 0)
        stage.pause(1.2)
    stage.say("All is well. The evening goes on.", shows='tls.handshake.extensions_server_name == "weather.example"')
    devices.browse(phone, "weather.example")
    stage.pause(6)


STORY = Story(
    name="intruder",
    title="A stranger in the house",
    about="Something joins that nobody knows. It counts the devices, tries their ports and guesses names. Then the owner notices.",
    cast=("laptop", "phone", "nas", "camera", "thermostat", "hub", "stranger"),
    prepare=prepare,
    acts=(spend_a_calm_evening, let_the_stranger_in, try_the_doors, throw_the_stranger_out),
)
