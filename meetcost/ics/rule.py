class RuleError(ValueError):
    def __init__(s, code, message):
        super().__init__(message)
        s.code = code
        s.message = message


class Rule:
    until = None
    count = None


class Until: ...


def parse_rule(t, strict=False):
    r = Rule()
    r.text = t
    return r
