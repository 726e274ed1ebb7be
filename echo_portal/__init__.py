"""The portal as a whole: settings, urls, the pages that gather several rooms.

The zone rules of the `tzdata` wheel are forced before anything can read the machine's own (DOMAIN.md TZ-1).
"""

import zoneinfo

zoneinfo.reset_tzpath(to=())
