"""Plans tried out: simulations, what to sell for a pay, and which rate costs a budget."""
