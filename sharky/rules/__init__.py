"""An owner's rules: loaded with positions, filters compiled to masks, matches out."""
