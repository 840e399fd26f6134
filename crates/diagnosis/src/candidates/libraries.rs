//! Libraries, and the names that build systems have for them.

use super::{library_names, looked_up};

/// By the name that a linker, cmake or pkg-config has; lower case.
const TABLE: &[(&str, &[&str])] = &[
    ("blas", &["libblas", "openblas"]),
    ("boost", &["libboost-devel", "boost-cpp"]),
    ("bz2", &["bzip2"]),
    ("crypto", &["openssl"]),
    ("curl", &["libcurl"]),
    ("curses", &["ncurses"]),
    ("eigen3", &["eigen"]),
    ("expat", &["libexpat", "expat"]),
    ("ffi", &["libffi"]),
    ("fftw3", &["fftw"]),
    ("freetype2", &["freetype"]),
    ("gcc_s", &["libgcc"]),
    ("gdal", &["libgdal-core", "libgdal"]),
    ("geos_c", &["geos"]),
    ("gl", &["libgl-devel", "mesalib"]),
    ("glib-2.0", &["glib"]),
    ("gobject-2.0", &["glib"]),
    ("gomp", &["libgomp", "_openmp_mutex"]),
    ("gtest_main", &["gtest"]),
    ("hdf5_hl", &["hdf5"]),
    ("jpeg", &["libjpeg-turbo", "jpeg"]),
    ("lapack", &["liblapack", "openblas"]),
    ("lz4", &["lz4-c"]),
    ("lzma", &["liblzma-devel", "xz"]),
    ("mpi", &["openmpi", "mpich"]),
    ("netcdf", &["libnetcdf"]),
    ("ncursesw", &["ncurses"]),
    ("omp", &["llvm-openmp"]),
    ("openblas", &["openblas", "libopenblas"]),
    ("openmp", &["llvm-openmp", "libgomp"]),
    ("png16", &["libpng"]),
    ("protobuf", &["libprotobuf"]),
    ("python3", &["python"]),
    ("sqlite3", &["libsqlite", "sqlite"]),
    ("ssl", &["openssl"]),
    ("stdc++", &["libstdcxx", "libstdcxx-devel"]),
    ("tbb", &["tbb-devel"]),
    ("threads", &[]),
    ("tinfo", &["ncurses"]),
    ("webp", &["libwebp-base", "libwebp"]),
    ("x11", &["xorg-libx11"]),
    ("xml2", &["libxml2-devel", "libxml2"]),
    ("libxml-2.0", &["libxml2-devel", "libxml2"]),
    ("yaml-0.1", &["yaml"]),
    ("z", &["zlib"]),
    ("zlib", &["zlib"]),
];

/// By the name that a linker or a loader has: `z`, `libz.so.1`.
pub(super) fn packages(library: &str) -> Vec<String> {
    let file = library.rsplit('/').next().unwrap_or(library);
    // A file's name, not one such as `glib-2.0`.
    if file.contains(".so") || file.ends_with(".dylib") || file.ends_with(".a") {
        let stem = file.split('.').next().unwrap_or(file);
        return of_build_system(stem.strip_prefix("lib").unwrap_or(stem));
    }
    of_build_system(file)
}

/// By the name that cmake or pkg-config has.
pub(super) fn of_build_system(name: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let mut packages = looked_up(TABLE, &name);
    packages.extend(library_names(&name));
    // `foo-1.0` is how pkg-config names what has several versions.
    if let Some((stem, version)) = name.rsplit_once('-')
        && version.starts_with(|c: char| c.is_ascii_digit())
    {
        packages.extend(library_names(stem));
    }
    packages
}
