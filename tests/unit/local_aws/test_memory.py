"""The memory of a run is that of its processes, however they are nested, at its peak."""

import os
import subprocess
import sys
import time

from local_aws.memory import PeakMemory, descendants, memory_bytes

CHILD_BYTES = 64 * 1024 * 1024
# A process whose child holds the memory, and says when it does.
NESTED = (
    "import subprocess, sys\n"
    f'code = "import sys, time; held = bytearray({CHILD_BYTES}); print(1, flush=True); sys.stdin.read()"\n'
    "subprocess.run([sys.executable, '-c', code])\n"
)


def test_the_memory_of_a_childs_child_is_seen_and_remembered_after_it_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", NESTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    with PeakMemory([child.pid]) as memory:
        child.stdout.readline()
        assert len(descendants([child.pid])) == 2
        while (memory.peak_bytes or 0) < CHILD_BYTES:
            time.sleep(0.05)
        child.communicate()
    assert CHILD_BYTES <= (memory.peak_bytes or 0) < 4 * CHILD_BYTES


def test_this_process_has_memory_and_one_that_is_not_there_has_none() -> None:
    assert memory_bytes(os.getpid()) > 1024 * 1024
    assert memory_bytes(2**22 + 1) == 0
