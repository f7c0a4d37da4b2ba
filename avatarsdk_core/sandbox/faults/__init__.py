"""Every fault of a network and of a service, on demand: for the project's tests and for users' own.

    with Sandbox() as service, service.faults("reset-in-body", at=1000, times=2, path="*/file/"):
        ...

`KINDS` lists them; one is also asked for by the command line (`avatarsdk sandbox --fault latency:seconds=0.3`), by a
profile file (`--faults FILE.toml`), or for one request by its header `X-Sandbox-Fault`.
"""

from avatarsdk_core.sandbox.faults.fault import Fault, parse_faults
from avatarsdk_core.sandbox.faults.kinds import KINDS, Kind
from avatarsdk_core.sandbox.faults.profile import PROFILES, Profile, load_profile
from avatarsdk_core.sandbox.faults.switchboard import Switchboard

__all__ = ["KINDS", "PROFILES", "Fault", "Kind", "Profile", "Switchboard", "load_profile", "parse_faults"]
