"""How a search is followed and taken away: feeds, exports and what a browser adds."""
