"""The command line."""

import click


@click.group()
@click.version_option(package_name="sharky")
def main() -> None:
    """See what happens on your network, as light on a shark."""
