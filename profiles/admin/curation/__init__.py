"""The curators' own pages in the admin: decide with a preview, undo with a preview, possible duplicates, work-lists."""
