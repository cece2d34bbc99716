"""A process that dies leaves nothing of its memory behind."""

import subprocess
import sys

from bot.settings import ROOT

PROGRAM = """
import ctypes, os, resource, tempfile
from bot.privacy.process import seal_process
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
seal_process()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
with tempfile.TemporaryDirectory() as folder:
    open(folder + "/file", "w").close()
    print(oct(os.stat(folder + "/file").st_mode & 0o777))
"""


def test_no_core_dumps_no_debugger_private_files() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["(0, 0) 0", "0o600"]
