# The machine's own C compiler, and where this build's headers and libraries are.
CC="$(command -v cc || command -v gcc || command -v clang)" || {
    echo "cc: there is no C compiler (cc, gcc or clang) on PATH" >&2
    return 1
}
export CC
export CFLAGS="-O2 -I${PREFIX}/include"
export LDFLAGS="-L${PREFIX}/lib -Wl,-rpath,${PREFIX}/lib"
