"""Durable file writes and the landing zone of originals."""
