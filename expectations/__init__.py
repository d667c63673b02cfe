"""What districts submitted, judged before anything is published.

Keys, relationships, formulas and grain are judged by dbt; this package never repeats them.
"""
