"""Questionnaires as the server understands them: ODK XForms read, answers checked and compared. ADR 0015."""
