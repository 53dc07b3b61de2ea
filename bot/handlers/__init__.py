"""The Telegram room. aiogram takes seconds to load: only `api` imports it, once a process speaks Telegram."""
