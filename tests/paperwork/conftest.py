# SPDX-License-Identifier: Apache-2.0
import sys

import pytest


@pytest.fixture
def count_calls():
    """The number of Python and C functions a call calls: a measure of work that does not depend on the machine."""

    def count(function, *arguments):
        calls = 0

        def profile(frame, event, arg):
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            function(*arguments)
        finally:
            sys.setprofile(before)
        return calls

    return count
