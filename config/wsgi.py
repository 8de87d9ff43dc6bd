"""The site as a WSGI application. What the server runs is config/server.py, which has it behind a door."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# A page makes tens of thousands of short-lived objects. Looking through all modules for garbage every few hundred of them took
# a fifth of its time: what is loaded stays and is looked at no more, and the rest is looked at less often.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
