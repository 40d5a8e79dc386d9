"""What stands outside the house and at its door: an internet of one host, and the router.

All names end in .example and all public addresses are set aside for documentation (RFC 2606, 5737, 3849), so that a story
shows nobody's servers.
"""

from __future__ import annotations

from tests.live.house import Host, House

CERTIFICATE = "/tmp/certificate.pem"
KEY = "/tmp/key.pem"

NAMES = {
    "news.example": ("198.51.100.10", "2001:db8:f::10"),
    "mail.example": ("198.51.100.20", ""),
    "weather.example": ("198.51.100.30", ""),
    "shop.example": ("198.51.100.40", "2001:db8:f::40"),
    "cloud.example": ("198.51.100.50", "2001:db8:f::50"),
    "radio.example": ("203.0.113.10", ""),
    "updates.example": ("203.0.113.20", ""),
    "video.example": ("203.0.113.30", "2001:db8:f::30"),
    "quick.video.example": ("203.0.113.31", ""),
    "time.example": ("203.0.113.123", ""),
}
"""Each server's IPv4 address, and its IPv6 address where it has one."""

FILES = {
    "index.html": 9_000,
    "style.css": 4_000,
    "photo.jpg": 40_000,
    "clip": 120_000,
    "film": 160_000,
    "radio": 900_000,
    "update": 1_300_000,
}
"""What the servers have to offer, in bytes of noise."""

NGINX = """
user root; daemon off; worker_processes 1; pid /run/nginx.pid; error_log /var/log/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path /tmp/body; ssl_protocols TLSv1.2 TLSv1.3;
  server {{
    {listen} root /tmp/www; sendfile off; output_buffers 1 4k;
    location /letters {{ dav_methods PUT; }}
    location /radio {{ limit_rate 16k; }}
    location /update {{ limit_rate 120k; }}
  }}
}}
"""

CHRONY = """
local stratum 2
allow
cmdport 0
bindcmdaddress /
pidfile /run/chronyd.pid
"""

DNSMASQ = """
no-daemon
no-resolv
no-hosts
user=root
interface=eth0
domain=home.arpa
local=/home.arpa/
local=/example/
dhcp-authoritative
dhcp-range=192.168.1.100,192.168.1.199,12h
dhcp-range=2001:db8:1::,ra-stateless,64
dhcp-option=option6:dns-server,[2001:db8:1::1]
dhcp-option=option:ntp-server,203.0.113.123
dhcp-leasefile=/tmp/leases
enable-ra
ra-param=eth0,10,600
no-ping
host-record=router.home.arpa,192.168.1.1
"""


def make_certificate(host: Host) -> None:
    """Make a throw-away key and a certificate for all of .example."""
    names = "subjectAltName=" + ",".join(f"DNS:{name}" for name in NAMES)
    subject = ["-subj", "/CN=example", "-addext", names, "-days", "3650"]
    host.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", KEY, "-out", CERTIFICATE, *subject)


def serve_files(host: Host, listen: str) -> None:
    """Serve the files; `listen` says in nginx's words where."""
    for name, size in FILES.items():
        host.run("sh", "-c", f"mkdir -p /tmp/www && head -c {size} /dev/urandom > /tmp/www/{name}")
    host.run("mkdir", "-p", "/var/lib/nginx", "/var/log/nginx")
    host.start("nginx", "-c", host.write("/tmp/nginx.conf", NGINX.format(listen=listen)))


def add_internet(house: House, router: Host) -> Host:
    """Put the internet behind the router: web, QUIC and time servers, at 16 Mbit/s."""
    internet = house.host("internet", "02:00:00:00:00:fe")
    internet.network("ip", "link", "delete", "eth0")
    house.wire(router, "wan0", internet, "eth0")
    router.network("ip", "address", "add", "192.0.2.1/24", "dev", "wan0")
    router.network("ip", "address", "add", "2001:db8:e::1/64", "dev", "wan0", "nodad")
    internet.network("ip", "address", "add", "192.0.2.2/24", "dev", "eth0")
    internet.network("ip", "address", "add", "2001:db8:e::2/64", "dev", "eth0", "nodad")
    for four, six in NAMES.values():
        for address in filter(None, (four, six)):
            internet.network("ip", "address", "add", address, "dev", "lo")
    router.network("ip", "link", "set", "wan0", "up")
    internet.up()
    internet.network("ip", "route", "add", "default", "via", "192.0.2.1")
    internet.network("ip", "-6", "route", "add", "default", "via", "2001:db8:e::1")
    router.network("ip", "route", "add", "default", "via", "192.0.2.2")
    router.network("ip", "-6", "route", "add", "default", "via", "2001:db8:e::2")
    internet.network("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "16mbit", "burst", "16kb", "latency", "200ms")
    make_certificate(internet)
    sealed = f"listen 443 ssl http2; listen [::]:443 ssl http2; ssl_certificate {CERTIFICATE}; ssl_certificate_key {KEY};"
    serve_files(internet, f"listen 80; listen [::]:80; {sealed}")
    quic = NAMES["quick.video.example"][0]
    internet.start("gtlsserver", "--quiet", "--htdocs=/tmp/www", quic, "443", KEY, CERTIFICATE)
    internet.start("chronyd", "-d", "-x", "-u", "root", "-f", internet.write("/tmp/chrony.conf", CHRONY))
    return internet


def add_router(house: House) -> Host:
    """Put the router at the door: addresses, names, and the way out."""
    router = house.host("router", "3c:a6:2f:51:7e:01")
    router.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
    router.network("ip", "address", "add", "192.168.1.1/24", "dev", "eth0")
    router.network("ip", "address", "add", "2001:db8:1::1/64", "dev", "eth0", "nodad")
    router.up()
    records = "".join(f"host-record={name},{','.join(filter(None, addresses))}\n" for name, addresses in NAMES.items())
    router.start("dnsmasq", "-C", router.write("/tmp/dnsmasq.conf", DNSMASQ + records))
    return router
