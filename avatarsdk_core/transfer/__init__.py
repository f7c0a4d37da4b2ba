"""An export on the service → a folder on disk: download, unpack."""
