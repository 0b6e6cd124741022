"""Returns and cancellations: what they take back of their originals, never more than is left. The door of the room:

- `links`: the originals that a transaction names.
- `originals`: an original with its order, and what is left of it.
- `accounts`: what was taken back of an original, as it is stored.
- `returns.take_back`: the movements of a return, or why it can't be posted; `returns.without_links`: its order without
  links to originals that are not there.
- `cancellations.cancel`: the document of a cancellation with its movements, or why it can't be posted.

Other rooms import these five files only (a contract holds it); the others are the room's own.
"""
