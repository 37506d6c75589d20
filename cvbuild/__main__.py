"""`python -m cvbuild`."""

import sys

from cvbuild.cli import main

sys.exit(main())
