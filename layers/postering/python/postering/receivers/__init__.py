"""Where business events are sent: a file, a web address, or an event bus. None of them knows jobs or stores."""
