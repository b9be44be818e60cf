"""`gem doctor`: what of a deployed stack is not as its template says, and what to do about it."""
