"""What an event is, and how source bytes become rows of that schema: read, map, derive, trace back.

Every record of a source is either an accepted row or a reject with its reason; none is dropped.
"""
