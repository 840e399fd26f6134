import numpy
from . import _fast


def total(x):
    return _fast.total(numpy.asarray(x, dtype="int64"))
