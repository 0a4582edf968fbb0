"""Whether an export answers elsewhere as it does here: what other runtimes read, and golden rows replayed in them."""
