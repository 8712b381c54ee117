def starts_in_rule(r, s, date_only=False):
    return True


def expand_rule(rule, start, lo, hi, until=None, date_only=False, max_steps=200000, max_instances=10000):
    from dateutil.rrule import rrulestr
    from meetcost.model.moment import wall, local_seconds
    import re

    t = re.sub(r"Z\b", "", rule.text)
    return [
        local_seconds(x)
        for x in rrulestr(t, dtstart=wall(start)).between(
            wall(max(lo, 86400 * 400)), wall(min(hi, 86400 * 366 * 9000)), inc=True
        )
    ]
