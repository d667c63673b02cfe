"""Pictures: facts in, HTML or a figure out. Nothing here asks the warehouse or knows Streamlit."""
