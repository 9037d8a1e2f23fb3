"""All writing. One verb per function; they flush, the caller commits."""
