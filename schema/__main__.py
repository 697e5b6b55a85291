"""`python -m schema` is `graticule`: Ctrl-C counts from the first moment, while the commands are still loaded."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Load the commands, which takes most of a second, and run the one that was typed."""
    try:
        from schema.cli import main as run  # noqa: PLC0415  inside the try is the point

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
