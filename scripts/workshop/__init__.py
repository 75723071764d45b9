"""What the commands of this checkout are made of: its environment, the build, checks, servers and measurements."""
