"""Which messages GTP knows; at its ports, what begins with no such type is something else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IS_GTP_TYPE: NDArray[np.bool_] = np.zeros(1 << 8, np.bool_)
"""By the second octet (TS 29.060 table 1; 240 and 241 are charging's, TS 32.295)."""
for _first, _last in ((1, 7), (16, 37), (48, 62), (70, 70), (96, 105), (112, 121), (128, 129), (240, 241), (254, 255)):
    IS_GTP_TYPE[_first : _last + 1] = True
