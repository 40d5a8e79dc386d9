"""What goes to disk: the snapshot that the page reads."""
