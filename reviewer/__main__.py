"""Makes `python -m reviewer` the same command as `nodereview`."""

from reviewer.cli import main

if __name__ == "__main__":
    main()
