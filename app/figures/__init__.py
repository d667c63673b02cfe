"""Charts: records in, HTML or a chart document out. No module here queries the warehouse or depends on Streamlit."""
