"""The process itself: nothing of its memory reaches a disk when it dies, and its files are for its own user."""

import ctypes
import os
import resource
import sys

_PR_SET_DUMPABLE = 4


def seal_process() -> None:
    """Switch core dumps off, keep other processes of this user out of our memory, and make new files private.

    Raises:
        OSError: the system refused; the server must not start then.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
