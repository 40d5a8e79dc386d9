"""What image/check does: it boots the image between two networks and looks whether it keeps its word."""
