"""Writers of the file formats beside glTF that the service delivers: bytes from arrays, nothing else."""
