"""`python -m avatarsdk_core.cli`."""

from avatarsdk_core.cli import main

main()
