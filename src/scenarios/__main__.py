"""``python -m scenarios``: the command line."""

from scenarios.cli.app import main

if __name__ == "__main__":
    main()
