"""Runs the measurements: ``python -m benchmarks``."""

if __name__ == "__main__":  # every process that a measurement starts imports this file again
    from benchmarks.command import main

    main()
