"""Names as the search finds them."""

import pytest

from webapp.services.names import spelling


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张建国", "zhangjianguo", "zjg"),
        ("曾小红", "zengxiaohong", "zxh"),
        ("单文", "shanwen", "sw"),
        ("尉迟明", "yuchiming", "ycm"),
        ("吕秀英", "lvxiuying", "lxy"),
        ("买买提·阿不都", "maimaitiabudou", "mmtabd"),
        ("John Li", "johnli", "j"),
    ],
)
def test_a_name_is_found_by_its_spelling(name, pinyin, initials):
    assert spelling(name) == (pinyin, initials)
