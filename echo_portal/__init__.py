"""The portal: settings, URLs, and the pages that gather data from several apps.

Importing this package makes `zoneinfo` read the rules of the `tzdata` wheel before anything can read the system's own
(DOMAIN.md TZ-1).
"""

import zoneinfo

zoneinfo.reset_tzpath(to=())
