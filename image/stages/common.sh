# shellcheck shell=bash
# What every stage of image/build shares; read in with "source".
set -euo pipefail
export LC_ALL=C.UTF-8
export QEMU_CPU=cortex-a53 # newer ones authenticate pointers, which costs four times the time under emulation

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "${program:-image/build}: $1"
    [ $# -lt 2 ] || say "  $2"
    exit 2
}

# The lines of a list, without comments.
entries() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$1"; }

kernel_of() { basename "$(find "$1/usr/lib/modules" -mindepth 1 -maxdepth 1 | sort -V | tail -n 1)"; }
