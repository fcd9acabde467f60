"""The one place that sequences the rooms: a case folder from sources to decisions and counts."""
