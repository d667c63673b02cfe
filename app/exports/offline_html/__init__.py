"""The whole quarter in one self-contained HTML file, for reading and printing without a network."""
