"""Draw what is asked for, line by line: a program of its own, see `drawer`.

It is run by its path, so that it loads nothing but what draws.
"""

import json
import sys

import vl_convert

vl_convert.vegalite_to_svg({"mark": "bar", "data": {"values": []}})  # starts what draws
for line in sys.stdin:
    sys.stdout.write(json.dumps(vl_convert.vegalite_to_svg(json.loads(line))) + "\n")
    sys.stdout.flush()
