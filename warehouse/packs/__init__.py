"""Plan packs for those who write them: an empty workbook, every mistake in a pack, a pack as people read it."""
