"""The receivers of business events: a file, a web address, or an event bus. They know nothing of jobs or stores."""
