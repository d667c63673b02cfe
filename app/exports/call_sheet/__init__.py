"""The call sheet on paper, and as a file that is read without the app."""
