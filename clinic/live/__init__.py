"""The pipe from the database's bell to every open browser, in reading order.

`messages` (the words on the wire) → `relay` (hears the database, one leader) → channel layer →
`hub` (one per process) → `subscriber` (one per socket) → `consumers` (the socket) → browser.
`layer` is that layer where there is no Redis. `access` says who may listen; `process` starts relay and
hub beside the web server.
"""
