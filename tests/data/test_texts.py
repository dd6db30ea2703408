"""Texts: where they come from, how they are cut, and the symbols that they are made of."""

import hashlib
import itertools

import numpy as np
import pytest

from gencore import data
from gencore.data import fetch, shakespeare, texts
from gencore.data.vocabulary import characters, code_points
from tests.conftest import TEXT_FOLDER

CONTENT = b"To be, or not to be, that is the question:\n" * 3


@pytest.fixture
def small_text(monkeypatch):
    """Make a few lines stand for tiny Shakespeare."""
    monkeypatch.setattr(shakespeare, "SHA256", hashlib.sha256(CONTENT).hexdigest())
    return CONTENT


@pytest.fixture
def online(monkeypatch):
    """Let two hosts answer, the first with other bytes."""
    monkeypatch.setenv("GENCORE_OFFLINE", "0")
    monkeypatch.setattr(shakespeare, "HOSTS", ("https://one", "https://two"))
    monkeypatch.setattr(fetch, "_probe", lambda hosts: None)
    asked = []

    def download(host):
        asked.append(host)
        return b"others" if host == "https://one" else CONTENT

    monkeypatch.setattr(shakespeare, "_download", download)
    return asked


def test_a_text_is_cut_as_nanogpt_cuts_it(tmp_path):
    # Oracle: n = len(data); data[: int(n * 0.9)], data[int(n * 0.9) :].
    for n in (20, 99, 101, 1234):
        whole = ("abcdefghij" * n)[:n]
        (tmp_path / "own.txt").write_text(whole)
        text = data.load_text(tmp_path / "own.txt")
        assert (text.train, text.valid) == (whole[: int(n * 0.9)], whole[int(n * 0.9) :])
        assert text.name == "own.txt" and not text.embedded
        assert text.digests == {"text": hashlib.sha256(whole.encode()).hexdigest()}


@pytest.mark.skipif(TEXT_FOLDER is None, reason="no tiny Shakespeare on this machine")
def test_tiny_shakespeare_has_the_lengths_and_the_characters_that_are_published(monkeypatch):
    monkeypatch.setenv("GENCORE_DATA", str(TEXT_FOLDER))
    text = data.load_text("shakespeare")
    assert (len(text.train), len(text.valid)) == (1_003_854, 111_540)
    assert len(data.Vocabulary.of(text.train)) == 65
    assert set(text.valid) <= set(text.train)
    split = data.load("shakespeare")
    assert (len(split.x_train), len(split.x_valid), len(split.x_test)) == (
        892_314,
        111_540,
        111_540,
    )


def test_the_embedded_text_stands_in_and_says_so():
    text = data.load_text()
    assert text.embedded and text.name == "python"
    assert "Embedded text, not Shakespeare" in text._repr_html_()
    assert set(text.valid) <= set(text.train)
    with pytest.raises(data.MissingDataError, match="GENCORE_OFFLINE is set"):
        data.load_text("shakespeare")


def test_the_parts_of_a_split_are_those_of_the_text_in_their_order(tmp_path):
    whole = "".join(chr(97 + i % 26) for i in range(300)) + "é€😀"
    (tmp_path / "own.txt").write_text(whole, encoding="utf-8")
    text = data.load_text(tmp_path / "own.txt")
    split = text.split()
    parts = [characters(part) for part in (split.x_train, split.x_valid, split.x_test)]
    assert parts[0] + parts[1] == text.train and parts[2] == text.valid
    assert len(parts[1]) == pytest.approx(len(whole) / 10, abs=1.5)
    assert "test characters" in repr(split)
    np.testing.assert_array_equal(split.head(5).x_test, code_points(text.valid)[:5])


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "own.txt"
    path.write_bytes(b"a" * 30 + b"\xe9t\xe9")
    with pytest.raises(data.DataError, match="byte 30 is 0xe9"):
        data.load_text(path)
    path.write_bytes(b"")
    with pytest.raises(data.DataError, match="own.txt with 0"):
        data.load_text(path)
    with pytest.raises(data.MissingDataError, match="there is no"):
        data.load_text(tmp_path / "other.txt")
    with pytest.raises(data.DataError, match="cannot be read"):
        data.load_text(tmp_path)
    with pytest.raises(ValueError, match="received 3"):
        data.load_text(3)


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_no_characters(tmp_path):
    (tmp_path / "own.txt").write_bytes("\ufeffone\r\ntwo\r\n".encode() * 1 + b"x" * 30)
    assert data.load_text(tmp_path / "own.txt").train.startswith("one\ntwo\nx")


def test_the_file_is_taken_from_the_folder_then_from_the_cache(small_text, tmp_path, monkeypatch):
    (fetch.cache_folder()).mkdir(parents=True)
    (fetch.cache_folder() / shakespeare.FILE).write_bytes(CONTENT)
    assert data.load_text("shakespeare").train + data.load_text().valid == CONTENT.decode()
    (tmp_path / shakespeare.FILE).write_bytes(b"others")
    monkeypatch.setenv("GENCORE_DATA", str(tmp_path))
    with pytest.raises(data.DataError, match="altered.*unset GENCORE_DATA"):
        data.load_text("shakespeare")
    assert (tmp_path / shakespeare.FILE).exists()  # the user's folder is left alone
    monkeypatch.delenv("GENCORE_DATA")
    (fetch.cache_folder() / shakespeare.FILE).write_bytes(b"others")
    with pytest.raises(data.DataError, match="set aside"):
        data.load_text("shakespeare")
    assert not (fetch.cache_folder() / shakespeare.FILE).exists()


def test_a_host_with_other_bytes_is_passed_over(small_text, online):
    assert data.load_text("shakespeare").valid == CONTENT.decode()[int(0.9 * len(CONTENT)) :]
    assert online == ["https://one", "https://two"]
    assert (fetch.cache_folder() / shakespeare.FILE).read_bytes() == CONTENT
    data.load_text("shakespeare")
    assert len(online) == 2  # from the cache


def test_every_host_says_why_it_has_not_delivered(online, small_text, monkeypatch):
    monkeypatch.setattr(shakespeare, "HOSTS", ("https://one",))
    with pytest.raises(data.MissingDataError, match="https://one: .*altered"):
        data.load_text("shakespeare")
    assert data.load_text().embedded


def test_a_vocabulary_numbers_characters_and_gives_them_back():
    known = data.Vocabulary.of("hello, world")
    assert known.symbols == " ,dehlorw" and len(known) == 9
    np.testing.assert_array_equal(known.encode("held"), [4, 3, 5, 2])
    assert known.decode(known.encode("wold hero")) == "wold hero"
    mixed = data.Vocabulary("zaé😀")  # any order, any character
    assert mixed.decode(mixed.encode("😀éaz")) == "😀éaz"
    np.testing.assert_array_equal(mixed.encode("za😀"), [0, 1, 3])
    assert mixed == data.Vocabulary("zaé😀") != known


def test_characters_outside_of_a_vocabulary_are_named():
    known = data.Vocabulary("abc")
    with pytest.raises(ValueError, match="received others: 'X', 'é'"):
        known.encode("aXbé")
    for strange in ("\x00", "d", "\U0010ffff"):
        with pytest.raises(ValueError, match="others"):
            known.encode("a" + strange)
    with pytest.raises(ValueError, match="one of 0 to 2"):
        known.decode([0, 3])
    with pytest.raises(ValueError, match="'a' more than once"):
        data.Vocabulary("aba")


def test_words_that_are_known_are_one_symbol_and_others_are_spelled():
    text = "the cat sat on the mat. the cat! A cat's life, the end"
    known = data.WordVocabulary.of(text, least=3)
    assert known.words == ["the", "cat"]
    symbols = [known.symbols[i] for i in known.encode("the cat sat's")]
    assert symbols == ["the", " ", "cat", " ", "s", "a", "t", "'", "s"]
    assert known.decode(known.encode(text)) == text
    assert data.WordVocabulary.of(text, least=1, most=1).words == ["the"]
    with pytest.raises(ValueError, match="'Z'"):
        known.encode("the Zoo")


def test_a_text_can_be_written_in_one_way_only():
    # Enumeration: of all 3^1 + ... + 6^4 sequences of symbols, those that the rules allow are the
    # texts of as many symbols that the vocabulary writes, and each text comes once.
    known = data.WordVocabulary("ab ", ["ab", "ba", "aba"])
    start = np.ones(len(known), bool)
    for length in (1, 2, 3, 4):
        for numbers in itertools.product(range(len(known)), repeat=length):
            may, spelled, fits = start, "", True
            for number in numbers:
                fits &= bool(may[number])
                spelled, kind = known.follow(spelled, number)
                may = known.allowed[kind]
            # What ends in letters that spell a word is no whole text: one more letter must come.
            ended = may[known.characters.symbols.index(" ")]
            text = known.decode(numbers)
            assert (fits and ended) == (known.encode(text).tolist() == list(numbers)), numbers


def test_the_classes_of_a_text_are_those_of_its_symbols_one_by_one():
    known = data.WordVocabulary("abc ", ["ab"])
    numbers = known.encode("ab c abc b ab")
    spelled, kinds = "", []
    for number in numbers:
        spelled, kind = known.follow(spelled, number)
        kinds.append(kind)
    np.testing.assert_array_equal(known.classes(numbers), kinds)
    assert kinds == [1, 0, 2, 0, 2, 3, 2, 0, 2, 0, 1]


def test_the_source_of_a_text_is_shown(tmp_path):
    (tmp_path / "<b>.txt").write_text("x" * 40)
    text = data.load_text(str(tmp_path / "<b>.txt"))
    assert "&lt;b&gt;" in text._repr_html_() and "36 characters to train on" in repr(text)
    assert texts.SHORTEST == 20
