"""Tables of numbers for whole batches at once: which number a key has, and columns that grow with the numbers."""

from sharky.tables.columns import Accumulator, GrowingColumn
from sharky.tables.keys import Keys, KeyTable, Numbers
from sharky.tables.members import Firsts, among, distinct, firsts
from sharky.tables.octets import OctetTable, Strings

__all__ = ["Accumulator", "Firsts", "GrowingColumn", "KeyTable", "Keys", "Numbers", "OctetTable", "Strings", "among", "distinct", "firsts"]
