"""The barest listener there is: it prints each notification of the channel that it is given."""

from __future__ import annotations

import os
import sys

import psycopg

with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute(f'listen "{sys.argv[1]}"')
    print("listening", flush=True)
    for notification in connection.notifies():
        print(notification.payload, flush=True)
