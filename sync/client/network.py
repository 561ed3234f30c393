"""What the desktop knows of the network this laptop is connected to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """`metered`: what moves costs the user money. `mobile`: it comes from a telephone. Where nobody knows,
    neither is assumed."""

    metered: bool = False
    mobile: bool = False
