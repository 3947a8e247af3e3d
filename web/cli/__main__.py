"""Run the commands with ``python -m web.cli`` where the script is not installed."""

from web.cli.program import main

main()
