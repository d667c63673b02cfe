"""The registry: submissions, their events, results of checks, and builds."""
