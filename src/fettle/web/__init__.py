"""HTTP: one thin layer over ASGI, in which every route, right and body is declared once, as an Operation."""
