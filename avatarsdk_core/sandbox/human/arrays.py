"""The one array type that painters speak."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]


def floats(values: ArrayLike) -> Floats:
    """An array of 32-bit floats, which all painting is done in."""
    return np.asarray(values, dtype=np.float32)
