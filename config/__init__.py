"""The wiring."""

# In the environ of a request: the status to answer for a body that isn't there (config/server.py).
BODY_TROUBLE = "coterie.body_trouble"
