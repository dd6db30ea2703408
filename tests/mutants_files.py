"""Mistakes in how files are fetched, verified and written."""

from tests.planted import Mutant

FILES = [
    Mutant(
        name="digest-of-an-array-not-checked",
        module="gencore._files",
        before="if digest != spec.sha256:",
        after="if not digest:",
        test="tests/test_fetch.py::test_a_damaged_file_in_the_cache_is_set_aside",
    ),
    Mutant(
        name="digest-depends-on-memory-order",
        module="gencore._files",
        before="np.ascontiguousarray(array).tobytes()",
        after='array.tobytes("A")',
        test="tests/test_files.py::test_sha256_is_that_of_the_bytes_in_c_order",
    ),
    Mutant(
        name="idx-header-read-little-endian",
        module="gencore._files",
        before='f">{dimensions}I"',
        after='f"<{dimensions}I"',
        test="tests/test_fetch.py::test_gzipped_idx_files_are_decoded_and_kept_as_npz",
    ),
    Mutant(
        name="idx-type-not-checked",
        module="gencore._files",
        before="if (zeros, kind) != (0, 8):",
        after="if zeros != 0:",
        test="tests/test_files.py::test_what_is_no_idx_file_is_refused",
    ),
    Mutant(
        name="half-written-file-left-behind",
        module="gencore._files",
        before="temporary.unlink(missing_ok=True)",
        after="pass",
        test="tests/test_files.py::test_an_interrupted_write_leaves_the_old_file_and_no_litter",
    ),
    Mutant(
        name="interrupted-write-replaces-the-file",
        module="gencore._files",
        before="        temporary.unlink(missing_ok=True)",
        after="        temporary.exists() and os.replace(temporary, path)",
        test="tests/test_files.py::test_an_interrupted_write_leaves_the_old_file_and_no_litter",
    ),
    Mutant(
        name="file-of-the-user-set-aside",
        module="gencore._fetch",
        before='raise DataError(f"{error} Replace the file',
        after='set_aside(folder / file)\n            raise DataError(f"{error} Replace the file',
        test="tests/test_fetch.py::test_a_damaged_file_of_the_user_is_an_error_and_stays",
    ),
    Mutant(
        name="downloaded-idx-files-not-verified",
        module="gencore._fetch",
        before="    verify(arrays, MNIST, host)\n",
        after="",
        test="tests/test_fetch.py::test_no_host_delivers",
    ),
    Mutant(
        name="cut-off-download-stops-the-search",
        module="gencore._fetch",
        before="except (OSError, DataError) as error:\n                _failures",
        after="except DataError as error:\n                _failures",
        test="tests/test_fetch.py::test_a_download_cut_off_goes_on_with_the_next_host",
    ),
    Mutant(
        name="failed-download-leaves-an-empty-file",
        module="gencore._fetch",
        before="        raise _undelivered()\n\n\ndef",
        after="        pass\n    raise _undelivered()\n\n\ndef",
        test="tests/test_fetch.py::test_no_host_delivers",
    ),
    Mutant(
        name="failed-hosts-asked-again",
        module="gencore._fetch",
        before='_failures[host] = f"{error}"',
        after='_failures.get(host, f"{error}")',
        test="tests/test_fetch.py::test_no_host_delivers",
    ),
    Mutant(
        name="leftovers-of-a-killed-process-stay",
        module="gencore._files",
        before="leftover.unlink(missing_ok=True)",
        after="pass",
        test="tests/test_zoo.py::test_half_written_files_of_a_killed_process_are_no_cards_and_are_removed",
    ),
    Mutant(
        name="leftovers-of-other-models-removed",
        module="gencore._files",
        before='f".{path.stem}-????????{path.suffix}"',
        after='".*"',
        test="tests/test_zoo.py::test_half_written_files_of_a_killed_process_are_no_cards_and_are_removed",
    ),
]
