"""All SQL statements of the app: one typed function per query, each with a reader.

All read schema `marts` of one published warehouse, so a page never mixes two versions. Missing values stay None;
percentages are points, unrounded. Each raises `AccessDeniedError` for a viewer without the right to read.
"""
