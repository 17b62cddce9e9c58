"""From sales to pay: crediting, measuring, calculating, posting, paying out."""
