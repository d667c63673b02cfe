"""The checks on submitted reports and on marts before they are published: rules, suites, texts, their runner.

Keys, relationships, formulas and grain are judged by dbt; this package never repeats them.
"""
