#!/usr/bin/env python3
"""Judges packs by the Library of Congress's own reader of BagIt.

    bag.py PACK...        each a folder or a zip file

Exit status: 0 good, 1 findings, 2 wrong usage, 3 tools not installed.
Needs: pip install bagit
"""
import logging
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

try:
    import bagit
except ImportError:
    print("not installed: bagit")
    sys.exit(3)


def unpack(pack, folder):
    """Unpacks the zip; returns what is wrong with it as a zip."""
    with zipfile.ZipFile(pack) as packed:
        names = packed.namelist()
        # These unpack differently, or not at all, in different programs.
        found = [f"{name}: twice in the zip" for name, times in Counter(names).items() if times > 1]
        found += [f"{name}: not a plain relative path" for name in names
                  if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")]
        if not found:
            packed.extractall(folder)
        return found


def judge(pack):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(pack)
        if folder.is_file():
            folder = Path(temporary)
            try:
                found = unpack(pack, folder)
            except (zipfile.BadZipFile, RuntimeError, OSError) as error:
                found = [f"the zip cannot be unpacked: {error}"]
            if found:
                return found
            # The bag is either all of the zip or its one folder.
            inside = list(folder.iterdir())
            if len(inside) == 1 and inside[0].is_dir():
                folder = inside[0]
        elif not folder.is_dir():
            return ["no such file or folder"]
        try:
            bag = bagit.Bag(str(folder))
            bag.validate()
        except bagit.BagValidationError as error:
            return [str(detail) for detail in error.details] or [str(error)]
        except (bagit.BagError, OSError, UnicodeError) as error:
            return [str(error) or repr(error)]
        # A bag without payload is valid, and never what was meant.
        if not bag.payload_entries():
            return ["no payload"]
        print(f"{pack}: BagIt {bag.version}, {len(bag.payload_entries())} payload files, by {', '.join(bag.algorithms)}")
        return []


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)  # the same findings are in the error that is raised
    bad = False
    for pack in sys.argv[1:]:
        found = judge(pack)
        for finding in found:
            print(f"{pack}: {finding}")
        print(f"{pack}: {len(found)} findings" if found else f"{pack}: good")
        bad = bad or bool(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
