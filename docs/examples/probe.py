#!/usr/bin/env python3
"""What is this machine, and may a model be installed?  Through the C library, with ctypes: probe.py [MODEL]"""
import ctypes
import json
import sys


class Weighin:
    """weighin.h as Python objects; a failure is an exception with the error document."""

    def __init__(self, library="libweighin.so.1", **options):
        self.library = ctypes.CDLL(library)
        self.library.weighin_version.restype = ctypes.c_char_p
        self.library.weighin_free.argtypes = [ctypes.c_void_p]
        self.library.weighin_free.restype = None
        self.library.weighin_close.argtypes = [ctypes.c_void_p]
        self.library.weighin_close.restype = None
        self.library.weighin_open.argtypes = [
            ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_void_p)]
        self.context = ctypes.c_void_p()
        error = ctypes.c_void_p()
        code = self.library.weighin_open(
            json.dumps(options).encode(), ctypes.byref(self.context), ctypes.byref(error))
        if code != 0:
            raise RuntimeError(self._taken(error))

    def _taken(self, text):
        try:
            return json.loads(ctypes.string_at(text)) if text else None
        finally:
            self.library.weighin_free(text)

    def ask(self, what, **question):
        """ask("gate", model="gemma-2b") gives the exit code and the document."""
        function = getattr(self.library, "weighin_" + what)
        function.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
        answer = ctypes.c_void_p()
        code = function(self.context, json.dumps(question).encode(), ctypes.byref(answer))
        document = self._taken(answer)
        if code >= 64:
            raise RuntimeError(document)
        return code, document

    def close(self):
        self.library.weighin_close(self.context)
        self.context = None


def main():
    weighin = Weighin()
    print("weighin", weighin.library.weighin_version().decode())
    _, device = weighin.ask("probe", no_gpu=True)
    print("memory:", device["memory"]["total_bytes"], "bytes")
    code, gate = weighin.ask("gate", model=sys.argv[1] if len(sys.argv) > 1 else "smollm2-135m")
    print(gate["decision"] + ":", gate["sentence"])
    weighin.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
