"""The words that all of Sharky shares: data without behaviour, the errors, and the protocols at the edges."""
