"""The language of a report or site: its words, and numbers and dates as its readers expect them."""
