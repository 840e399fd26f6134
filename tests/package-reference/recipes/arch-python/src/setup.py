from setuptools import Extension, setup

setup(name="arch-python", version="1.0", packages=["arch_tool"], ext_modules=[Extension("arch_tool.fast", ["fast.c"])])
