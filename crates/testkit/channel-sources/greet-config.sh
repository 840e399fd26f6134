#!/bin/sh
# Says how to compile with libgreet.
case "$1" in
    --prefix) echo "@PREFIX@" ;;
    --cflags) echo "-I@PREFIX@/include" ;;
    --libs) echo "-L@PREFIX@/lib -lgreet" ;;
    *) echo "usage: greet-config --prefix | --cflags | --libs" >&2; exit 2 ;;
esac
