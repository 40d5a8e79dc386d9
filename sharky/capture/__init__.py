"""Where packets come from: capture files, and the pace at which they are replayed."""
