"""The one HTTP seam: everything that leaves this process for the service goes through `session.HttpSession`."""
