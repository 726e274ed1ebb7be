"""The portal: settings, URLs, and the pages that use data of several apps.

Importing this package makes `zoneinfo` load zone data from the `tzdata` package instead of the system (DOMAIN.md TZ-1).
"""

import zoneinfo

zoneinfo.reset_tzpath(to=())
