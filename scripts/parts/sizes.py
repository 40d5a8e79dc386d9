"""What a common printer prints well, and what screws, keys and a Pi Zero need, in millimetres."""

from typing import Final

THINNEST: Final = 0.8
"""No wall is thinner: two lines of a nozzle of 0.4."""

CLEARANCE: Final = 0.25
"""Between what is put together."""

WALL: Final = 2.0
DIFFUSER: Final = 0.6
"""The thin layer in front of each LED, and as deep is what is engraved: three layers of 0.2. Change the filament here, and both show."""

FACE: Final = 1.4
LID: Final = 2.4
LIP: Final = 3.0
"""How far the lid's lip reaches into the front."""

LIP_WALL: Final = 1.6

WIRING: Final = 15.0
"""Room behind the LEDs: wires, and a Pi Zero with its posts on the lid."""

SCREW_HOLE: Final = 2.6
"""An M3 screw cuts its own thread in it."""

SCREW_PASS: Final = 3.4
SCREW_HEAD: Final = 6.4
"""A countersunk M3 head, 90 degrees."""

SCREW_DEPTH: Final = 12.0
POST: Final = 7.0
POST_SPACING: Final = 54.0

KEYHOLE_HEAD: Final = 9.0
KEYHOLE_SHANK: Final = 4.4
KEYHOLE_SLOT: Final = 9.0

CABLE: Final = 6.0
"""Width and height of the opening for the cable."""

KEY_HALF: Final = 6.0
KEY_WAIST: Final = 4.6
KEY_NECK: Final = 1.0
KEY_END: Final = 7.4
KEY_HEIGHT: Final = 6.0
LID_KEY_HEIGHT: Final = 3.4
KEY_FLOOR: Final = 1.4
"""What stays under a key."""

COLLAR: Final = 1.2
"""Wall around a seat."""

BULKHEAD: Final = 1.6
"""Thickness of the low wall on each side of a cut through the front."""

PI_HOLES: Final = (58.0, 23.0)
PI_BOARD: Final = (68.0, 32.0)
"""A Pi Zero is 65 x 30; the rest is room to put it in."""

PI_STANDOFF: Final = 5.6
PI_SCREW_HOLE: Final = 2.1
"""An M2.5 screw cuts its own thread in it."""

PI_HEIGHT: Final = 4.0

BED_MARGIN: Final = 3.0
"""Of the bed on each side, for a brim and for clips."""

PLA_GRAMS: Final = 1.24
"""A cubic centimetre of PLA."""
