# SPDX-License-Identifier: ISC
"""Readers and cards for a test: a real PC/SC daemon, and what is put into it.

The daemon is the test's own. It runs as an ordinary user, on a socket of its
own (which it is handed as systemd would), with a configuration of its own, and
beside any other daemon. Its readers are virtual ones, by vsmartcard-vpcd; in
them are cards made of software (softcard_daemon.c), or Debian's vicc.

    with Pcscd(readers=2) as pcscd, Softcard(pcscd, 0) as card:
        card.new("card.bin", pin="1234")
        card.insert("card.bin")
        subprocess.run(..., env=pcscd.environment, timeout=30)

Where something is missing, the test is skipped, and says what.
"""
import contextlib
import ctypes
import glob
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from tap import skip

DRIVERS = ["/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
           *glob.glob("/usr/lib/*/pcsc/drivers/serial/libifdvpcd.so"),
           *glob.glob("/usr/lib*/readers/libifdvpcd.so")]
# What Debian's packages are for, whatever other Python comes first here.
PYTHON = "/usr/bin/python3"
NOBODY = 65534
PR_SET_PDEATHSIG = 1
# A reader is polled for its card a few times a second.
PATIENCE = 20

# The moments and reports of struct softcard_fault.
BEFORE, WITHIN, AFTER = 0, 1, 2
GONE, EMPTY, HALF = 0, 1, 2


def find_command(name):
    return shutil.which(name, path=os.environ.get("PATH", "") +
                        ":/usr/sbin:/sbin:/usr/local/sbin")


def as_child(user=None):
    """What a child does before it becomes a program: it dies with us."""
    libc = ctypes.CDLL(None)

    def prepare():
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    return prepare


def end(process):
    """End a process of ours, by its own number."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


# ---- The daemon ----

def free_ports():
    """A port that is free, with the one behind it: a driver has two slots."""
    while True:
        port = random.randrange(10000, 30000, 2)
        with contextlib.ExitStack() as stack:
            try:
                for number in (port, port + 1):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("", number))
                return port
            except OSError:
                continue


# A client of its own process, since the library asks the environment once: the
# readers' names; or wait until there is a card in one, or none.
CLIENT = """
import ctypes, sys, time
class State(ctypes.Structure):
    _fields_ = [("reader", ctypes.c_char_p), ("data", ctypes.c_void_p),
                ("current", ctypes.c_ulong), ("event", ctypes.c_ulong),
                ("atr_len", ctypes.c_ulong), ("atr", ctypes.c_ubyte * 33)]
pcsc = ctypes.CDLL("libpcsclite.so.1")
context, length = ctypes.c_long(), ctypes.c_ulong(4096)
names = ctypes.create_string_buffer(4096)
def check(code, *others):
    code &= 0xffffffff
    if code != 0 and code not in others:
        sys.exit(hex(code))
    return code
check(pcsc.SCardEstablishContext(2, None, None, ctypes.byref(context)))
if len(sys.argv) == 1:
    if check(pcsc.SCardListReaders(context, None, names, ctypes.byref(length)),
             0x8010002e) == 0:
        print(*(name.decode() for name in names.raw[:length.value].split(b"\\0")
                if name), sep="\\n")
    sys.exit(0)
state = State(sys.argv[1].encode())
wanted = int(sys.argv[2])
deadline = time.monotonic() + float(sys.argv[3])
while time.monotonic() < deadline:
    check(pcsc.SCardGetStatusChange(context, ctypes.c_ulong(500),
                                    ctypes.byref(state), ctypes.c_ulong(1)),
          0x8010000a)
    # Present or empty, and not mute while the reader gives it power.
    if state.event & 0x230 == wanted:
        sys.exit(0)
    state.current = state.event & 0xffff
sys.exit("no such state")
"""


class Pcscd:
    """A daemon with some readers: names, ports, and the environment in which a
    program speaks to it."""

    def __init__(self, readers=1):
        self.count = readers
        self.process = None
        self.home = None
        self.command = find_command("pcscd")
        if self.command is None:
            skip("no pcscd here")
        self.shim = os.environ.get("KEYSHARE_TEST_MKDIR")
        if self.shim is None:
            skip("pcscd cannot be kept to itself here")
        self.driver = next((path for path in DRIVERS if os.path.exists(path)),
                           None)
        if self.driver is None:
            skip("no driver of virtual readers (vsmartcard-vpcd) here")

    def __enter__(self):
        for _ in range(5):
            if self.start():
                return self
            self.stop()
        raise RuntimeError("no pcscd: " + self.said)

    def __exit__(self, *_):
        self.stop()

    def configure(self):
        """An entry for each pair of readers, with a driver of its own: two
        entries with one file would share one table."""
        folder = os.path.join(self.home, "readers")
        os.mkdir(folder)
        self.ports = []
        for pair in range((self.count + 1) // 2):
            port = free_ports()
            driver = os.path.join(self.home, f"driver-{pair}.so")
            shutil.copy(self.driver, driver)
            with open(os.path.join(folder, f"pair-{pair}"), "w",
                      encoding="ascii") as file:
                file.write(f'FRIENDLYNAME "Test {pair}"\n'
                           f"DEVICENAME /dev/null:{port:#x}\n"
                           f"LIBPATH {driver}\nCHANNELID {port:#x}\n")
            self.ports += [port, port + 1]
        return folder

    def start(self):
        self.home = tempfile.mkdtemp(prefix="keyshare-pcscd-")
        os.chmod(self.home, 0o755)
        folder = self.configure()
        path = os.path.join(self.home, "socket")
        self.environment = dict(os.environ, PCSCLITE_CSOCK_NAME=path)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        os.chmod(path, 0o666)
        listener.listen(16)
        shim = os.path.join(self.home, "mkdir.so")
        shutil.copy(self.shim, shim)
        user = NOBODY if os.geteuid() == 0 else None
        if user is not None:
            for name in (self.home, folder):
                os.chown(name, user, user)
        # The daemon wants its own number in LISTEN_PID: the shell has it.
        script = ('exec 3<&"$1"; shift; LISTEN_FDS=1; LISTEN_PID=$$; '
                  'export LISTEN_FDS LISTEN_PID; exec "$@"')
        self.log = open(os.path.join(self.home, "log"), "w+",
                        encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", script, "sh", str(listener.fileno()),
             self.command, "-f", "--error", "-c", folder, *self.options()],
            pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, cwd="/",
            env=dict(os.environ, LD_PRELOAD=shim),
            preexec_fn=as_child(user))
        listener.close()
        self.names = self.list()
        return len(self.names) == len(self.ports)

    def options(self):
        """Who may use this daemon is for its socket's folder to say."""
        done = subprocess.run([self.command, "--help"], text=True,
                              timeout=PATIENCE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        return [word for word in ["--disable-polkit"] if word in done.stdout]

    def list(self):
        """The readers' names, as they stand for the ports."""
        try:
            done = subprocess.run([sys.executable, "-c", CLIENT], text=True,
                                  env=self.environment, timeout=PATIENCE,
                                  capture_output=True, check=False)
        except subprocess.TimeoutExpired:
            done = None
        self.log.seek(0)
        self.said = self.log.read()
        if done is None or done.returncode != 0:
            self.said += done.stderr if done is not None else "no answer"
            return []
        return done.stdout.splitlines()

    def wait(self, reader, present):
        """Until the daemon says of a reader that there is a card in it, or
        none."""
        subprocess.run([sys.executable, "-c", CLIENT, self.names[reader],
                        "32" if present else "16", str(PATIENCE)],
                       env=self.environment, timeout=PATIENCE + 5, check=True)

    def end(self):
        """End the daemon, as its own test may."""
        if self.process is not None:
            end(self.process)
            self.process = None

    def stop(self):
        self.end()
        if self.home is not None:
            self.log.close()
            shutil.rmtree(self.home, ignore_errors=True)
            self.home = None


# ---- Cards ----

class Talk:
    """A program that answers each line of its input by one."""

    def __init__(self, process):
        self.process = process

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        end(self.process)
        self.process.stdout.close()

    def say(self, *words):
        self.said = " ".join(str(word) for word in words)
        self.process.stdin.write(self.said.encode() + b"\n")
        self.process.stdin.flush()

    def hear(self):
        answer = b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            piece = os.read(self.process.stdout.fileno(), 65536) if ready \
                else b""
            if not piece:
                raise RuntimeError(f"no answer to: {self.said}")
            answer += piece
        return answer.decode().rstrip("\n")

    def line(self, *words):
        self.say(*words)
        return self.hear()


class Softcard(Talk):
    """A reader's slot, and the hand that puts cards into it."""

    def __init__(self, pcscd, reader=0):
        command = os.environ.get("KEYSHARE_TEST_SOFTCARD")
        if command is None:
            skip("no softcard-daemon was built")
        self.pcscd, self.reader = pcscd, reader
        super().__init__(subprocess.Popen(
            [command, str(pcscd.ports[reader])], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, preexec_fn=as_child()))

    def ask(self, *words):
        """Say a line, and give what comes behind its "ok"."""
        answer = self.line(*words)
        word, _, rest = answer.partition(" ")
        if word != "ok":
            raise RuntimeError(f"{self.said}: {answer}")
        return rest

    def new(self, path, **settings):
        """A new card in a file; settings as of struct softcard_kind, and the
        PIN."""
        self.ask("new", os.path.abspath(path),
                 *(f"{name}={value}" for name, value in settings.items()))

    def insert(self, path):
        # One that vanished may not have been missed yet.
        self.pcscd.wait(self.reader, False)
        self.ask("insert", os.path.abspath(path))
        self.pcscd.wait(self.reader, True)

    def remove(self):
        self.ask("remove")
        self.pcscd.wait(self.reader, False)

    def fault(self, at, moment, report=EMPTY, done=0, erased=0):
        self.ask("fault", at, moment, report, done, erased)

    def count(self):
        """What was exchanged since this was asked last."""
        names = ["apdus", "sent", "received", "verifies", "updates"]
        return dict(zip(names, map(int, self.ask("count").split())))

    def content(self, identifier):
        return bytes.fromhex(self.ask("content", f"{identifier:04x}"))

    def remembers(self, what):
        try:
            self.ask("remembers", what.hex())
            return True
        except RuntimeError:
            return False


# vicc lies where Python does not look, and wants Crypto, which Debian has
# under the name of Cryptodome.
LAUNCH = """
import importlib, importlib.abc, importlib.machinery, runpy, sys
class Renamed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "Crypto":
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
    def create_module(self, spec):
        return importlib.import_module(
            spec.name.replace("Crypto", "Cryptodome", 1))
    def exec_module(self, module):
        pass
sys.meta_path.insert(0, Renamed())
sys.path.append(sys.argv.pop(1))
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Vicc:
    """Debian's card: an empty ISO 7816 file system. What is on it is gone with
    it."""

    def __init__(self, pcscd, reader=0):
        self.command = find_command("vicc")
        found = glob.glob("/usr/lib/python3/site-packages/virtualsmartcard/"
                          "virtualsmartcard/VirtualSmartcard.py")
        if self.command is None or not found:
            skip("no vicc (vsmartcard-vpicc) here")
        self.path = os.path.dirname(os.path.dirname(found[0]))
        if subprocess.run([PYTHON, "-c", "import Cryptodome"], timeout=PATIENCE,
                          stderr=subprocess.DEVNULL, check=False).returncode:
            skip("no python3-pycryptodome here, which vicc needs")
        self.pcscd, self.reader = pcscd, reader
        self.port = pcscd.ports[reader]
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            [PYTHON, "-c", LAUNCH, self.path, self.command,
             "--type", "iso7816", "--hostname", "127.0.0.1",
             "--port", str(self.port)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, preexec_fn=as_child())
        self.pcscd.wait(self.reader, True)
        return self

    def __exit__(self, *_):
        end(self.process)
