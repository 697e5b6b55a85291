"""`python -m schema` is `graticule`."""

from schema.cli import main

if __name__ == "__main__":
    main()
