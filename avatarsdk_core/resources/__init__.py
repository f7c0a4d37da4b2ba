"""One module for each collection of the Web API, on top of `http`."""
