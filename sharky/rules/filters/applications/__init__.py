"""What readers make of the octets of application protocols, one file a protocol, and the tables of fields that they fill.

A reader gets what one packet carries of a protocol, or one message put together from several, and yields lines. It need not mind where
a packet was cut off: what it has read by then counts. Readers are asked only where a filter names one of their fields.
"""
