"""Lets `python -m sharky` do what the command `sharky` does."""

from sharky.cli import main

if __name__ == "__main__":
    main()
