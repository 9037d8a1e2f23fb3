"""All reading. Every function takes a session, returns rows or small values, and never writes."""
