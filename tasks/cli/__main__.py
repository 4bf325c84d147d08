"""`python -m tasks.cli`: the `dyncell` command for processes that know their interpreter."""

from tasks.cli import main

if __name__ == "__main__":
    main()
