"""`cvbuild`, and `python -m cvbuild`."""

import gc
import sys


def main() -> int:
    """Run the command line, and return its exit status; it may be interrupted while it still loads."""
    status = 130
    try:
        import signal

        # Here an interruption waits: msgspec misses one that comes while it loads, and falls over later.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            from cvbuild import cli
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        status = cli.main()
    except KeyboardInterrupt:
        import signal

        print("interrupted", file=sys.stderr)
    # What ends now ends in no time, and is not to be left half ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # All there is goes with the process: to look it through for garbage first would take a sixth of a build's time.
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(main())
