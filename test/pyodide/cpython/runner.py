"""Runs modules of CPython's own tests and returns how each test ended, as JSON.

Threads, child processes and IPv6 are switched off, so that the same tests pass here that could pass in WebAssembly. In
CPython that gives the tests to compare with; in WebAssembly it changes nothing.
"""
import io
import json
import os
import signal
import socket
import sys
import unittest


def without_what_wasm_lacks():
    import _thread

    def refused(*args, **kwargs):
        raise RuntimeError("can't start new thread")

    import threading
    _thread.start_new_thread = threading._start_new_thread = refused
    for name in ('_start_joinable_thread',):
        if hasattr(threading, name):
            setattr(threading, name, refused)

    def no_process(*args, **kwargs):
        raise OSError(38, 'no processes')

    os.fork = no_process
    import subprocess
    subprocess.Popen.__init__ = no_process
    socket.has_ipv6 = False


class Outcomes(unittest.TestResult):
    def __init__(self, report):
        super().__init__()
        self.outcomes = {}
        self.report = report

    def startTest(self, test):
        super().startTest(test)
        self.current = test.id()
        self.report(self.current)
        self.outcomes[self.current] = ['passed', '']

    def stopTest(self, test):
        super().stopTest(test)
        self.report('')

    def note(self, test, outcome, text):
        self.outcomes[test.id()] = [outcome, text]

    def addError(self, test, error):
        self.note(test, 'failed', self._exc_info_to_string(error, test))

    def addFailure(self, test, error):
        self.note(test, 'failed', self._exc_info_to_string(error, test))

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.note(test, 'failed', self._exc_info_to_string(error, test))

    def addSkip(self, test, reason):
        self.note(test, 'skipped', reason)

    def addUnexpectedSuccess(self, test):
        self.note(test, 'failed', 'unexpected success')


def too_long(*args):
    raise TimeoutError('the test took too long')


def run(folder, modules, report):
    # The host sends SIGINT, the system SIGALRM.
    signal.signal(signal.SIGINT, too_long)
    signal.signal(signal.SIGALRM, too_long)
    sys.path.insert(0, folder)
    without_what_wasm_lacks()
    if sys.platform == 'emscripten':
        # Pyodide's policy makes loops of the host's.
        import asyncio
        asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
        asyncio.events._set_running_loop(None)
    from test import support
    support.verbose = 0
    support.use_resources = ['network']
    # Otherwise each module skips itself where Python is compiled for Emscripten.
    support.is_emscripten = False
    support.has_socket_support = True
    outcomes = Outcomes(report)
    standard = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    imports = {}
    try:
        for name in modules:
            try:
                suite = unittest.defaultTestLoader.loadTestsFromName('test.' + name)
            except BaseException as error:
                imports[name] = repr(error)
                continue
            suite.run(outcomes)
    finally:
        sys.stdout, sys.stderr = standard
    return json.dumps({'outcomes': outcomes.outcomes, 'imports': imports})


def main():
    folder, *modules = sys.argv[1:]

    def report(name):
        signal.alarm(20 if name else 0)

    print(run(folder, modules, report), flush=True)
    # Threads that were never started must not hold up the end.
    os._exit(0)


if __name__ == '__main__' and len(sys.argv) > 1:
    main()
