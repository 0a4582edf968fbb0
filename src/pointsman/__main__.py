"""`python -m pointsman`: the command line, where its script is not on the path."""

from pointsman.cli import main

if __name__ == "__main__":
    main()
