"""Where a page begins: texts that are stored in indexes, and that sort."""

from postering.store.page_starts import page_start, split_page_start


def test_a_page_start_keeps_its_form_and_can_be_split() -> None:
    assert page_start("0#2010", "1|OR-UK|web|T-1") == "0#2010\n1|OR-UK|web|T-1"
    assert split_page_start("0#2010\nT\n1") == ("0#2010", "T\n1")


def test_without_a_text_the_first_page_starts() -> None:
    assert split_page_start(None) == split_page_start("") == ("", "")


def test_page_starts_sort_by_order_then_name() -> None:
    # the shorter time is the earlier one, although "+" and "." sort before digits
    starts = [page_start(order, name) for order in ("2#12:00:00", "2#12:00:00.5") for name in ("A", "B")]

    assert starts == sorted(starts)
