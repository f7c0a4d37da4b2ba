"""A person's avatars, on the service and on the disk, as cards to search, filter, sort and turn pages of. Pure."""
