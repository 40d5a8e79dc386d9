"""The printed shark: parts for a 3D printer, made from a light model and its outline.

    model file -> Drawing -> Plan -> front, lid, foot, keys -> pieces that fit the bed -> STL

Everything is in millimetres. The *model frame* is the model file's: x from nose to tail, y from belly to back, z towards the
viewer, with the face of the shark at z = 0. *Depth* is how far something lies behind the face. Each part is a stack of flat
layers, so that what prints without supports can be read from it: a layer stands on the one below.
"""
