from tests.core.board.contenders import contender
from webapp.leaderboard_words import cell_text


def test_a_time_of_a_busy_machine_is_marked_and_no_other_number_is() -> None:
    values = [{"latency_p50": 12.04, "miou": 50.0}]
    busy, quiet = (contender("a", values, busy=each).row for each in (True, False))
    assert cell_text(busy, "latency_p50") == "12.0 †"
    assert cell_text(quiet, "latency_p50") == "12.0"
    assert cell_text(busy, "miou") == cell_text(quiet, "miou") == "50.0"
