import numpy, os
from setuptools import setup, Extension
p = os.environ["PREFIX"]
setup(ext_modules=[Extension("npx._fast", ["fast.c"], include_dirs=[numpy.get_include(), p + "/include"], library_dirs=[p + "/lib"], libraries=["z"])])
