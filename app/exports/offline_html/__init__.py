"""The whole quarter in one HTML file that asks nothing of anybody: for reading and printing without a network."""
