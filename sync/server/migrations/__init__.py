"""Every change of the server's tables since the first release, in order."""
