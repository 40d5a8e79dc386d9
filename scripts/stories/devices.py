"""The devices of the house, and what people and programs do with them.

Each deed is a real program run in the device's namespace; nothing here makes a packet by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.stories.servers import CERTIFICATE, serve_files
from tests.live.house import Host, House


@dataclass(frozen=True, slots=True)
class Model:
    """What tells one kind of device from another.

    Attributes:
        mac: Its hardware address, with the first half of a maker of such things (the phone's is random, as phones' are).
        vendor_class: What its DHCP client says that it is.
        services: What it announces by mDNS: type, port.
    """

    mac: str
    vendor_class: str
    services: tuple[tuple[str, int], ...] = ()


LOGIN_KEY = "/tmp/login_key"

MODELS = {
    "laptop": Model("3c:a9:f4:1c:20:31", "MSFT 5.0"),
    "phone": Model("da:a1:19:5e:0b:42", "android-dhcp-14"),
    "printer": Model("3c:2a:f4:77:10:53", "Mfg=Printer", (("_ipp._tcp", 631), ("_http._tcp", 80), ("_scanner._tcp", 8080))),
    "tv": Model("64:e4:a5:08:c3:64", "tv-dhcp", (("_airplay._tcp", 7000),)),
    "speaker": Model("48:a6:b8:60:af:75", "speaker-dhcp", (("_raop._tcp", 7000),)),
    "nas": Model("00:11:32:9d:44:86", "nas-dhcp", (("_smb._tcp", 445), ("_sftp-ssh._tcp", 22))),
    "camera": Model("ec:71:db:3f:92:97", "udhcp 1.24.1"),
    "thermostat": Model("94:3c:c6:a2:5d:a8", "espressif"),
    "plug": Model("24:6f:28:d0:16:b9", "espressif"),
    "hub": Model("dc:a6:32:0b:e8:ca", "dhcpcd-9.4.1", (("_hap._tcp", 51827), ("_mqtt._tcp", 1883))),
    "stranger": Model("02:de:ad:00:be:ef", "dhcpcd-10.0.6"),
}

LEASE_SCRIPT = """#!/bin/sh
case "$reason" in
BOUND | RENEW | REBIND | REBOOT)
    ip address replace "$new_ip_address/24" dev eth0
    ip route replace default via "$new_routers"
    printf 'search home.arpa\\nnameserver %s\\n' "$new_domain_name_servers" > /etc/resolv.conf
    ;;
esac
"""

LEASE_WISHES = """
initial-delay 0;
send host-name "{name}";
send vendor-class-identifier "{vendor_class}";
request subnet-mask, routers, domain-name, domain-name-servers, ntp-servers;
"""

AVAHI = """
[server]
host-name={name}
allow-interfaces=eth0
[publish]
publish-hinfo=no
publish-workstation=no
"""

AVAHI_SERVICE = """<service-group><name replace-wildcards="yes">%h</name>
<service><type>{kind}</type><port>{port}</port></service></service-group>"""

MINIDLNA = """
network_interface=eth0
friendly_name=nas
media_dir=/tmp/media
db_dir=/var/cache/minidlna
log_dir=/var/log
port=8200
inotify=no
notify_interval=20
"""

SSHD = """
Port 22
HostKey /tmp/host_key
PidFile /run/sshd.pid
UsePAM no
PermitRootLogin prohibit-password
StrictModes no
AuthorizedKeysFile /tmp/authorized
"""


def add(house: House, name: str) -> Host:
    """Put a device in its place, switched off."""
    return house.host(name, MODELS[name].mac)


def join(device: Host) -> None:
    """Switch the device on; it asks for an address and gives itself an IPv6 address."""
    wishes = LEASE_WISHES.format(name=device.name, vendor_class=MODELS[device.name].vendor_class)
    script = device.write("/tmp/lease.sh", LEASE_SCRIPT)
    device.path(script).chmod(0o755)
    device.up()
    files = ["-cf", device.write("/tmp/lease.conf", wishes), "-lf", "/var/lib/leases", "-pf", "/run/dhclient.pid"]
    device.run("dhclient", "-4", "-1", "-q", "-sf", script, *files, "eth0")


def ask_for_settings(device: Host) -> None:
    """Ask the router by DHCPv6 for what the address does not tell."""
    device.run(
        "dhclient", "-6", "-S", "-1", "-q", "-sf", "/bin/true", "-lf", "/var/lib/leases6", "-pf", "/run/dhclient6.pid", "eth0", check=False
    )


def announce(device: Host) -> None:
    """Start Avahi, which tells the neighbours the device's name and services."""
    for number, (kind, port) in enumerate(MODELS[device.name].services):
        device.write(f"/etc/avahi/services/{number}.service", AVAHI_SERVICE.format(kind=kind, port=port))
    device.run("mkdir", "-p", "/run/dbus")
    device.run("dbus-daemon", "--system", "--fork")
    device.start("avahi-daemon", "--no-chroot", "-f", device.write("/tmp/avahi.conf", AVAHI.format(name=device.name)))


def look_for(device: Host, kind: str) -> None:
    """Ask the neighbours by mDNS who offers a service; the device must have been announced."""
    device.start("timeout", "4", "avahi-browse", "--resolve", "--terminate", kind)


def set_clock(device: Host) -> None:
    """Ask a time server for the time, without setting the clock."""
    options = ["-x", "-u", "root", "-t", "6"]
    server = "server time.example iburst maxsamples 2"
    device.start("chronyd", "-Q", *options, server, "cmdport 0", "bindcmdaddress /", "pidfile /run/chronyd.pid")


def trust(device: Host, internet: Host) -> None:
    """Give the device the certificate of the servers."""
    device.write(CERTIFICATE, internet.path(CERTIFICATE).read_text())


def fetch(device: Host, *urls: str, options: tuple[str, ...] = ()) -> None:
    """Fetch pages one after another over one connection, without waiting for the end."""
    outputs = [part for url in urls for part in ("-o", "/dev/null", url)]
    device.start("timeout", "60", "curl", "-s", "--cacert", CERTIFICATE, *options, *outputs)


def page(name: str) -> str:
    """Return the command that reads a page with its style and a picture."""
    return f"curl -s --max-time 20 --cacert {CERTIFICATE} --remote-name-all --output-dir /tmp https://{name}/{{index.html,style.css,photo.jpg}}"


def browse(device: Host, name: str) -> None:
    """Read a page."""
    device.start("sh", "-c", page(name))


def send(device: Host, url: str) -> None:
    """Send somebody a photo, at 50 kB/s."""
    device.start("sh", "-c", f"head -c 120000 /dev/urandom | curl -s --limit-rate 50k -T - {url}")


def watch(device: Host, path: str, pieces: int, every: float) -> None:
    """Watch a film over TLS: a piece every few seconds over one connection, as players do."""
    rate = f"{round(3600 / every)}/h"
    device.start("curl", "-s", "--cacert", CERTIFICATE, "--rate", rate, "-o", "/dev/null", f"https://video.example/{path}?[1-{pieces}]")


def watch_quickly(device: Host, path: str, pieces: int, every: float) -> None:
    """Watch clips over QUIC (HTTP/3), each over a connection of its own."""
    name = "quick.video.example"
    client = f"timeout 9 gtlsclient -q --exit-on-all-streams-close {name} 443 https://{name}/{path}"
    repeat(device, client, pieces, every)


def repeat(device: Host, command: str, times: int, every: float) -> None:
    """Run a command again and again, with pauses between."""
    device.start("sh", "-c", f"for n in $(seq {times}); do {command}; sleep {every}; done")


def publish(device: Host, topic: str, value: str, times: int = 1, every: float = 0) -> None:
    """Tell the broker on the hub something; in `value`, $n counts."""
    repeat(device, f'mosquitto_pub -h hub -i {device.name} -t home/{topic} -m "{value}"', times, every)


def search_by_ssdp(device: Host) -> None:
    """Search for UPnP devices, as a phone does that looks for something to play on."""
    device.start("upnpc", "-l")


def start_web_server(device: Host, ports: tuple[int, ...]) -> None:
    """Give the device a page of its own, over plain HTTP."""
    serve_files(device, "".join(f"listen {port}; listen [::]:{port};" for port in ports))


def start_name_service(device: Host) -> None:
    """Let the device answer for its bare name by LLMNR."""
    device.start("llmnrd", "-6", "-i", "eth0", "-H", device.name)


def start_broker(hub: Host) -> None:
    """Start the MQTT broker."""
    hub.start("mosquitto", "-c", hub.write("/tmp/mosquitto.conf", "listener 1883\nallow_anonymous true\nuser root\n"))


def start_media_server(nas: Host) -> None:
    """Start a media server, which announces itself by SSDP and answers searches."""
    nas.run("mkdir", "-p", "/tmp/media", "/var/cache/minidlna")
    nas.start("minidlnad", "-S", "-f", nas.write("/tmp/minidlna.conf", MINIDLNA))


def start_ssh_server(nas: Host) -> None:
    """Start an SSH server with keys that end with the recording."""
    nas.run("mkdir", "-p", "/run/sshd")
    nas.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "nas", "-f", "/tmp/host_key")
    nas.start("/usr/sbin/sshd", "-D", "-e", "-f", nas.write("/tmp/sshd.conf", SSHD))


def allow_login(laptop: Host, nas: Host) -> None:
    """Let the laptop log in to the NAS with a key."""
    laptop.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "laptop", "-f", LOGIN_KEY)
    nas.write("/tmp/authorized", laptop.path(f"{LOGIN_KEY}.pub").read_text())


def login(user: str) -> str:
    """Return the command that logs in to the NAS over SSH, with the key that `allow_login` made where there is one."""
    options = "-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5"
    return f"ssh {options} -i {LOGIN_KEY} {user}@nas"
