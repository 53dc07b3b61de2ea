"""The room that answers browsers and machines over HTTP. Starlette lives only here."""
