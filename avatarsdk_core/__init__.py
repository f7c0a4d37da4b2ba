"""Create 3D avatars from photos with the Avatar SDK cloud service, and understand what it delivers."""

__version__ = "0.1.0"
