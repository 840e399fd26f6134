import numpy
from setuptools import Extension, setup

setup(
    name="adler",
    version="0.5",
    ext_modules=[Extension("adler", ["adler.c"], include_dirs=[numpy.get_include()], libraries=["z"])],
)
