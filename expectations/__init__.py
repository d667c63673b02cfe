"""Checks on submitted reports, and on marts before they are published: rules, suites, texts, runner.

Keys, relationships, formulas and grain are tested by dbt; this package never repeats them.
"""
