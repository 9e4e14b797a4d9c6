"""Run the command line as `python -m trapline`."""

from trapline.compiler.cli import main

if __name__ == "__main__":
    main()
