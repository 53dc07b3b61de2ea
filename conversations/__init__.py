"""The core: what the help line understands, asks and decides, as pure functions.

Nothing here knows a channel, a clock, a database or chance: time and absence come in as events,
and whatever must happen in the world goes out as effects.
"""
