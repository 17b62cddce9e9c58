"""What each member is credited with: sales, shares, conversion, and the entries of windows."""
