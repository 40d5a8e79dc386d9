"""Starts User Mode Linux so that it runs on any processor: `plain_registers.py PROGRAM WORDS...`.

Linux 6.1 keeps the registers of its programs in 2,696 octets; those of processors with AMX are more, the machine's kernel refuses to set
only some of them (`xstateregs_set` in arch/x86/kernel/fpu/regset.c), and the first program dies. Where it cannot read them all (seccomp(2)
refuses that here) it takes those of x87 and SSE, which are the same everywhere. What AVX adds to them is then not kept where threads
take turns: no program may use it (`WITHOUT_AVX`).
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys

from sharky.capture.ringfilter import JUMP_IF_EQUAL, LOAD_WORD, RETURN, assemble

WITHOUT_AVX = (
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512VL,-AVX512F,-AVX_Fast_Unaligned_Load,-AVX2,-AVX",
    "NPY_DISABLE_CPU_FEATURES=X86_V3,X86_V4,AVX512_ICL,AVX512_SPR",
    "OPENBLAS_CORETYPE=Nehalem",
)
"""Variables for programs on that machine."""

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, MODE_FILTER = 22, 38, 2
REFUSE, ALLOW = 0x0005_0000 | errno.EINVAL, 0x7FFF_0000
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
"""In struct seccomp_data (<linux/seccomp.h>)."""

PTRACE, GET_REGISTERS, SET_REGISTERS = 101, 0x4204, 0x4205
"""A system call of x86_64, and two of its requests: PTRACE_GETREGSET and PTRACE_SETREGSET (<linux/ptrace.h>)."""

FILTER = assemble(
    [
        (LOAD_WORD, NUMBER_AT, "", ""),
        (JUMP_IF_EQUAL, PTRACE, "", "allow"),
        (LOAD_WORD, FIRST_ARGUMENT_AT, "", ""),
        (JUMP_IF_EQUAL, GET_REGISTERS, "refuse", ""),
        (JUMP_IF_EQUAL, SET_REGISTERS, "refuse", "allow"),
        "refuse",
        (RETURN, REFUSE, "", ""),
        "allow",
        (RETURN, ALLOW, "", ""),
    ]
)
INSTRUCTION_OCTETS = 8


class FilterProgram(ctypes.Structure):
    """What the kernel wants of a filter: struct sock_fprog (<linux/filter.h>)."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse_whole_registers() -> None:
    """Let this process and its children read and set no registers beyond x87 and SSE of others."""
    program, libc = FilterProgram(len(FILTER) // INSTRUCTION_OCTETS, FILTER), ctypes.CDLL(None, use_errno=True)
    for words in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0)):
        if libc.prctl(*words):
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    refuse_whole_registers()
    os.execvp(sys.argv[1], sys.argv[1:])
