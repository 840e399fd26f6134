#!/bin/bash
set -ex
make PREFIX="$PREFIX" CC="$CC"
make install PREFIX="$PREFIX"
