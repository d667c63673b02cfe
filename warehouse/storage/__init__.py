"""Files that must survive: durable writes and the landing zone of originals."""
