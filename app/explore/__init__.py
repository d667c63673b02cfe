"""The exploring pages: native Streamlit scripts below `/explore`, for staff who work with data."""
