"""Writes zones.txt out of the IANA time zone database. To take a new release of it:

    zic -b slim -d zoneinfo tzdata.zi
    python3 make_zones.py zoneinfo RELEASE > zones.txt
"""
import datetime
import os
import re
import struct
import sys

SINCE = int(datetime.datetime(2010, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
OFFSET = r"(?:<[^>]+>|[A-Za-z]+)([-+\d:]*)"
RULE = re.compile(rf"^{OFFSET}(?:{OFFSET},M([\d.]+)(?:/([-\d:]+))?,M([\d.]+)(?:/([-\d:]+))?)?$")


def minutes(text):
    hours, _, rest = text.lstrip("+-").partition(":")
    return (-1 if text.startswith("-") else 1) * (int(hours) * 60 + int(rest or 0))


def transitions(path):
    """Times, the offset in seconds from each on, the offset before all, and the rule after the last (RFC 9636, version 2 and later)."""
    with open(path, "rb") as file:
        data = file.read()

    def counts(at):
        return struct.unpack(">6l", data[at + 20:at + 44])

    utc, std, leap, times, types, letters = counts(0)
    at = 44 + times * 5 + types * 6 + letters + leap * 8 + std + utc
    utc, std, leap, times, types, letters = counts(at)
    at += 44
    when = struct.unpack(f">{times}q", data[at:at + 8 * times])
    at += 8 * times
    kinds = data[at:at + times]
    at += times
    offsets = [struct.unpack(">l", data[at + 6 * i:at + 6 * i + 4])[0] for i in range(types)]
    at += 6 * types + letters + leap * 12 + std + utc
    return [(time, offsets[kind]) for time, kind in zip(when, kinds)], offsets[0], data[at:].decode().strip()


def rule(footer):
    """POSIX counts west of UTC, and says hours; here it is minutes east. Without a time of day the change is at 02:00."""
    found = RULE.match(footer)
    standard, summer, start, start_at, end, end_at = found.groups()
    east = -minutes(standard)
    if start is None:
        return str(east)
    daylight = -minutes(summer) if summer else east + 60
    return f"{east} {daylight} {start}/{minutes(start_at or '2')} {end}/{minutes(end_at or '2')}"


def main(folder, release):
    zones = {}
    for directory, _, files in os.walk(folder):
        for file in files:
            path = os.path.join(directory, file)
            name = os.path.relpath(path, folder)
            changes, offset, footer = transitions(path)
            kept = []
            for time, changed in changes:
                if time <= SINCE:
                    offset = changed
                elif changed != (kept[-1][1] if kept else offset):
                    kept.append((time, changed))
            if name != "Factory":
                zones.setdefault((offset if kept else 0, tuple(kept), rule(footer)), []).append(name)

    print(f"# IANA time zone database {release}, which is in the public domain; written by make_zones.py.")
    print("# Names | minutes east of UTC before the first change | each change since 2010, in UTC, and the minutes from then on | the rule after the last change:")
    print("# minutes, or minutes of standard time, of daylight time, and when each begins: month.week.weekday/minute of that day by the time before (week 5 is the last, weekday 0 is Sunday).")
    for (offset, kept, after), names in sorted(zones.items(), key=lambda zone: min(zone[1])):
        said = " ".join(
            f"{datetime.datetime.fromtimestamp(time, datetime.timezone.utc):%Y-%m-%dT%H:%M}={changed // 60}" for time, changed in kept)
        print(f"{' '.join(sorted(names))}|{offset // 60}|{said}|{after}")


main(*sys.argv[1:])
