"""The law book: every mechanism of the model, one small rule at a time.

Start with `turns`, which says the order in which the rules apply; then open the file of one mechanism.
"""
