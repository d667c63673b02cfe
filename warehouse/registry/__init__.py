"""The registry: submissions, their events, the results of checks, and the builds that ran."""
