"""Whole steps from options and folders to a folder and a summary, composed from the rooms below."""
