"""Every SQL statement the app runs: one typed function per question, each asked by a viewer.

All read schema `marts` of one published warehouse, so a page never mixes two versions. Missing values stay None;
percentages are points, unrounded. Each raises `AccessDeniedError` for a viewer who may not read.
"""
