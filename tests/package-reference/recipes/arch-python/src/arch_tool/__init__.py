from . import fast
