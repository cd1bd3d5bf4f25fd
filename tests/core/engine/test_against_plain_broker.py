"""The compiled broker and the plain one agree, trade by trade."""

import pytest
from hypothesis import HealthCheck, given, settings

from core.errors import BacktapeError
from tests.core.engine.market import Case, assert_same
from tests.core.engine.plain_broker import MissingRateError
from tests.core.engine.random_markets import cases


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_random_markets_and_decisions_give_the_same_trades(case: Case) -> None:
    try:
        plain = case.plainly()
    except MissingRateError:
        with pytest.raises(BacktapeError, match="at most a day of trading old"):
            case.run()
        return
    assert_same(case.run(), plain)
