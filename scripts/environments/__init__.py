# SPDX-License-Identifier: MIT
"""Makes the environments that the demo, the tests and the checks run in. Standard library only, Python ≥ 3.8."""
