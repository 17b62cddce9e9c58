"""Incentive plans: what their files say (`tables`, `plan`, `reading`), whether it holds (`sound`, `checking`), and how
they are told to people (`words`, `plotting`, `shown`). `book` has the plans of a deployment.
"""
