"""The console: where the newsroom logs in and judges what the archive answers."""
