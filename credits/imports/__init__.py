"""Files that come from outside, read and checked before anything is written."""
