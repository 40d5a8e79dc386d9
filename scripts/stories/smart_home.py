"""Things talk to things: sensors, a hub, clocks, and neighbours that find each other."""

from __future__ import annotations

from scripts.stories import devices
from scripts.stories.stage import Stage, Story


def prepare(stage: Stage) -> None:
    """Hub, camera and people are at home; the sensors are not yet."""
    stage.join("hub", "camera", "nas", "phone", "laptop")
    devices.start_broker(stage.cast["hub"])
    devices.start_name_service(stage.cast["hub"])
    devices.start_media_server(stage.cast["nas"])
    devices.start_web_server(stage.cast["camera"], ports=(80,))
    devices.announce(stage.cast["hub"])


def report(stage: Stage) -> None:
    """Let the sensors join, and somebody listen."""
    thermostat, phone, plug = stage.cast["thermostat"], stage.cast["phone"], stage.cast["plug"]
    stage.say("The thermostat joins and reports to the hub by MQTT.", shows='mqtt.clientid == "thermostat"')
    devices.join(thermostat)
    stage.pause(1)
    devices.publish(thermostat, "hall/temperature", "21.$n", 28, 2.3)
    stage.pause(4)
    stage.say("The phone subscribes to everything that the house has to say.", shows="mqtt.msgtype == 8")
    phone.start("timeout", "70", "mosquitto_sub", "-h", "hub", "-i", "phone", "-k", "10", "-t", "home/#")
    stage.pause(4)
    stage.say("A plug joins, sets its clock, and counts watts.", shows='mqtt.clientid == "plug"')
    devices.join(plug)
    stage.pause(1)
    devices.set_clock(plug)
    devices.publish(plug, "kitchen/watts", "3$n", 20, 2.9)
    stage.pause(5)


def find_each_other(stage: Stage) -> None:
    """Call neighbours by name, in all the ways that a house knows."""
    phone, laptop = stage.cast["phone"], stage.cast["laptop"]
    stage.say("The phone looks for the hub by mDNS and for media by SSDP.", shows='mdns and dns.ptr.domain_name contains "hub."')
    devices.announce(phone)
    stage.pause(0.7)
    devices.look_for(phone, "_mqtt._tcp")
    stage.pause(1.5)
    devices.search_by_ssdp(phone)
    stage.pause(3.5)
    stage.say("The laptop calls the hub by its bare name with LLMNR, as Windows does.", shows="llmnr and dns.flags.response == 1")
    devices.repeat(laptop, "llmnr-query -c 1 -t A hub", 3, 0.8)
    stage.pause(4)

    stage.say("Neighbours greet each other over IPv6.", shows="icmpv6.type == 129")
    laptop.start("ping", "-6", "-c", "3", "-i", "0.6", "ff02::1%eth0")
    stage.pause(2)
    laptop.start("ping", "-6", "-c", "4", "-i", "0.7", "2001:db8:1::1")
    stage.pause(2)
    devices.ask_for_settings(laptop)
    devices.browse(laptop, "cloud.example")
    stage.pause(3)


def throw_a_party(stage: Stage) -> None:
    """Let all talk at once, and calm down."""
    hub, camera, phone, laptop = (stage.cast[name] for name in ("hub", "camera", "phone", "laptop"))
    thermostat, plug = stage.cast["thermostat"], stage.cast["plug"]
    stage.say("Somebody is at the door, and the camera sends pictures to the phone.", shows='http.host == "camera"')
    devices.repeat(phone, "curl -s -o /dev/null --limit-rate 90k http://camera/photo.jpg", 5, 0.8)
    devices.publish(camera, "door/motion", "on", 5, 1.2)
    stage.pause(7)

    stage.say("Party! Every thing talks at once.", shows='mqtt.topic contains "party"')
    for number, device in enumerate((thermostat, plug, camera, hub, laptop)):
        devices.publish(device, f"party/light{number}", "colour $n", 14, 0.45)
    devices.repeat(laptop, devices.page("radio.example"), 3, 2)
    devices.watch_quickly(phone, "clip", 2, 2)
    stage.pause(9)

    stage.say("The guests leave. The things count watts and degrees again.", shows='mqtt.topic == "home/kitchen/watts"')
    devices.repeat(hub, "ping -c 1 router", 5, 1.5)
    stage.pause(4)
    devices.set_clock(camera)
    stage.pause(5)


STORY = Story(
    name="smart-home",
    title="Things talk to things",
    about="No people needed: a thermostat, a plug and a camera report to their hub, find each other by name, and throw a party.",
    cast=("hub", "thermostat", "plug", "camera", "nas", "phone", "laptop"),
    prepare=prepare,
    acts=(report, find_each_other, throw_a_party),
)
