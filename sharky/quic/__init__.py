"""What of QUIC everybody can read: its first packets, whose keys are no secret."""
