"""The Telegram of the town: a Bot API over HTTP and the people who write to the bot, all in memory."""
