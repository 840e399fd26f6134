//! Headers and the packages that bring them.

use super::{library_names, looked_up};

/// Folders that headers are included from.
const FOLDERS: &[(&str, &[&str])] = &[
    ("GL", &["libgl-devel", "mesalib"]),
    ("Eigen", &["eigen"]),
    ("X11", &["xorg-libx11", "xorg-xorgproto"]),
    ("absl", &["libabseil"]),
    ("arrow", &["libarrow"]),
    ("benchmark", &["benchmark"]),
    ("boost", &["libboost-devel", "libboost-headers", "boost-cpp"]),
    ("catch2", &["catch2"]),
    ("curl", &["libcurl", "curl"]),
    ("event2", &["libevent"]),
    ("freetype2", &["freetype"]),
    ("glib-2.0", &["glib"]),
    ("google", &["libprotobuf", "protobuf"]),
    ("grpcpp", &["libgrpc"]),
    ("gsl", &["gsl"]),
    ("gtest", &["gtest"]),
    ("libxml", &["libxml2-devel", "libxml2"]),
    ("libxml2", &["libxml2-devel", "libxml2"]),
    ("lzma", &["liblzma-devel", "xz"]),
    ("ncurses", &["ncurses"]),
    ("nlohmann", &["nlohmann_json"]),
    ("numpy", &["numpy"]),
    ("opencv2", &["libopencv", "opencv"]),
    ("openssl", &["openssl"]),
    ("pybind11", &["pybind11"]),
    ("readline", &["readline"]),
    ("tbb", &["tbb-devel"]),
    ("unicode", &["icu"]),
    ("webp", &["libwebp-base", "libwebp"]),
];

/// Headers by their file names.
const FILES: &[(&str, &[&str])] = &[
    ("Python.h", &["python"]),
    ("R.h", &["r-base"]),
    ("archive.h", &["libarchive"]),
    ("bzlib.h", &["bzip2"]),
    ("cblas.h", &["libcblas", "openblas"]),
    ("cuda_runtime.h", &["cuda-cudart-dev"]),
    ("curses.h", &["ncurses"]),
    ("expat.h", &["libexpat", "expat"]),
    ("ffi.h", &["libffi"]),
    ("fftw3.h", &["fftw"]),
    ("ft2build.h", &["freetype", "libfreetype"]),
    ("gdal.h", &["libgdal-core", "libgdal"]),
    ("geos_c.h", &["geos"]),
    ("git2.h", &["libgit2"]),
    ("glib.h", &["glib"]),
    ("gmp.h", &["gmp"]),
    ("hdf5.h", &["hdf5"]),
    ("jni.h", &["openjdk"]),
    ("jpeglib.h", &["libjpeg-turbo", "jpeg"]),
    ("lapacke.h", &["liblapacke", "openblas"]),
    ("libintl.h", &["gettext", "libintl-devel"]),
    ("libssh2.h", &["libssh2"]),
    ("lz4.h", &["lz4-c"]),
    ("lzma.h", &["liblzma-devel", "xz"]),
    ("mpfr.h", &["mpfr"]),
    ("mpi.h", &["openmpi", "mpich"]),
    ("netcdf.h", &["libnetcdf"]),
    ("omp.h", &["llvm-openmp", "libgomp"]),
    ("pcre2.h", &["pcre2"]),
    ("png.h", &["libpng"]),
    ("proj.h", &["proj"]),
    ("snappy.h", &["snappy"]),
    ("sqlite3.h", &["libsqlite", "sqlite"]),
    ("tcl.h", &["tk"]),
    ("tiff.h", &["libtiff"]),
    ("tiffio.h", &["libtiff"]),
    ("uuid.h", &["libuuid"]),
    ("uv.h", &["libuv"]),
    ("yaml.h", &["yaml"]),
    ("zconf.h", &["zlib"]),
    ("zlib.h", &["zlib"]),
    ("zmq.h", &["zeromq"]),
    ("zstd.h", &["zstd"]),
];

pub(super) fn packages(header: &str) -> Vec<String> {
    let mut parts = header.split('/');
    let first = parts.next().unwrap_or(header);
    let file = header.rsplit('/').next().unwrap_or(header);
    let stem = file.split('.').next().unwrap_or(file);
    if first == file {
        let mut packages = looked_up(FILES, file);
        packages.extend(library_names(stem));
        return packages;
    }
    let mut packages = looked_up(FOLDERS, first);
    packages.extend(library_names(first));
    packages.extend(looked_up(FILES, file));
    packages.extend(library_names(stem));
    packages
}
