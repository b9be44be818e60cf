"""One pure function per warehouse table, DataFrame to DataFrame."""
