//! Libraries, under all the names that linkers, pkg-config, CMake, configure scripts and includes have for them.

use super::names::{library_names, words};

/// A library: its packages, best first; its names in lower case; its headers, folders with a slash at the end.
struct Row {
    packages: &'static str,
    names: &'static str,
    headers: &'static str,
}

const fn row(packages: &'static str, names: &'static str, headers: &'static str) -> Row {
    Row { packages, names, headers }
}

/// Only what the rules for names in [`library_names`] do not find.
const TABLE: &[Row] = &[
    row("zlib", "z zlib zlib1 zlibstatic", "zlib.h zconf.h"),
    row("bzip2", "bz2 bzip2 libbzip2", "bzlib.h"),
    row("liblzma-devel xz", "lzma liblzma xz", "lzma.h lzma/"),
    row("zstd zstd-static", "zstd libzstd", "zstd.h zdict.h zstd_errors.h"),
    row("lz4-c", "lz4 liblz4", "lz4.h lz4hc.h lz4frame.h"),
    row("lzo", "lzo2 lzo", "lzo/"),
    row("snappy", "snappy", "snappy.h snappy-c.h"),
    row(
        "libbrotlicommon brotli libbrotlidec libbrotlienc",
        "brotli brotlicommon brotlidec brotlienc libbrotlidec libbrotlienc libbrotlicommon",
        "brotli/",
    ),
    row("openssl", "ssl crypto openssl libssl libcrypto ssleay32 libeay32", "openssl/"),
    row("gnutls", "gnutls", "gnutls/"),
    row("libgcrypt libgcrypt-devel", "gcrypt libgcrypt", "gcrypt.h"),
    row("libgpg-error", "gpg-error gpgerror", "gpg-error.h"),
    row("libsodium", "sodium", "sodium.h sodium/"),
    row("libcurl", "curl libcurl curl4", "curl/"),
    row("libssh2", "ssh2", "libssh2.h"),
    row("libssh", "ssh", "libssh/"),
    row("libgit2", "git2", "git2.h git2/"),
    row("libnghttp2", "nghttp2", "nghttp2/"),
    row("c-ares", "cares c-ares libcares", "ares.h"),
    row("libevent", "event event_core event_extra event_openssl event_pthreads", "event.h event2/ evhttp.h"),
    row("libev", "ev", "ev.h ev++.h"),
    row("libuv", "uv uv_a", "uv.h uv/"),
    row("zeromq", "zmq zeromq libzmq cppzmq", "zmq.h zmq.hpp"),
    row("cppzmq", "cppzmq", "zmq.hpp zmq_addon.hpp"),
    row("librdkafka", "rdkafka", "librdkafka/"),
    row("libmicrohttpd", "microhttpd", "microhttpd.h"),
    row("libwebsockets", "websockets", "libwebsockets.h"),
    row("libxml2-devel libxml2", "xml2 libxml2 libxml-2.0 libxml", "libxml/ libxml2/"),
    row("libxslt", "xslt exslt libxslt libexslt", "libxslt/ libexslt/"),
    row("libexpat expat", "expat", "expat.h expat_external.h"),
    row("xerces-c", "xerces-c xercesc", "xercesc/"),
    row("pugixml", "pugixml", "pugixml.hpp"),
    row("tinyxml2", "tinyxml2", "tinyxml2.h"),
    row("yaml libyaml", "yaml yaml-0.1 libyaml", "yaml.h"),
    row("yaml-cpp", "yaml-cpp yamlcpp", "yaml-cpp/"),
    row("jansson", "jansson", "jansson.h"),
    row("json-c", "json-c", "json-c/"),
    row("jsoncpp", "jsoncpp", "json/json.h json/"),
    row("nlohmann_json", "nlohmann_json", "nlohmann/ json.hpp"),
    row("rapidjson", "rapidjson", "rapidjson/"),
    row("simdjson", "simdjson", "simdjson.h"),
    row("libprotobuf protobuf", "protobuf protobuf-lite protoc libprotobuf", "google/protobuf/"),
    row("libgrpc grpc-cpp", "grpc grpc++ grpcpp grpc_cpp", "grpcpp/ grpc/"),
    row("libabseil abseil-cpp", "absl abseil absl_base absl_strings", "absl/"),
    row("capnproto", "capnp kj capnproto", "capnp/ kj/"),
    row("flatbuffers", "flatbuffers", "flatbuffers/"),
    row("thrift-cpp libthrift", "thrift", "thrift/"),
    row("libmsgpack-c msgpack-c msgpack-cxx", "msgpack msgpack-c msgpackc", "msgpack.h msgpack.hpp msgpack/"),
    row(
        "libboost-devel libboost-headers boost-cpp libboost boost",
        "boost boost_system boost_filesystem boost_thread boost_regex boost_program_options boost_iostreams boost_date_time boost_serialization boost_unit_test_framework boost_headers",
        "boost/",
    ),
    row("libboost-python-devel libboost-devel boost", "boost_python boost_numpy", "boost/python.hpp boost/python/"),
    row("eigen", "eigen eigen3", "eigen/ eigen3/"),
    row("libblas openblas", "blas refblas", "blas.h"),
    row("libcblas openblas libblas", "cblas", "cblas.h"),
    row("liblapack openblas", "lapack", "lapack.h"),
    row("liblapacke openblas", "lapacke", "lapacke.h"),
    row("openblas libopenblas", "openblas openblas64", "openblas_config.h f77blas.h openblas/"),
    row("mkl-devel mkl", "mkl mkl_rt mkl_core mkl_intel_lp64", "mkl.h mkl_lapacke.h mkl_cblas.h mkl_service.h"),
    row(
        "fftw",
        "fftw fftw3 fftw3f fftw3l fftw3_threads fftw3_omp fftw3f_threads fftw3-mpi",
        "fftw3.h fftw3.f03 fftw3.f",
    ),
    row("gsl", "gsl gslcblas", "gsl/"),
    row("gmp", "gmp gmpxx", "gmp.h gmpxx.h"),
    row("mpfr", "mpfr", "mpfr.h"),
    row("mpc", "mpc", "mpc.h"),
    row("libflint", "flint", "flint/ flint.h"),
    row("ntl", "ntl", "ntl/"),
    row(
        "suitesparse libcholmod libumfpack",
        "suitesparse cholmod umfpack amd colamd klu spqr suitesparseconfig",
        "suitesparse/ cholmod.h umfpack.h SuiteSparse_config.h",
    ),
    row("metis", "metis", "metis.h"),
    row("parmetis", "parmetis", "parmetis.h"),
    row("scotch libscotch", "scotch scotcherr ptscotch", "scotch.h ptscotch.h"),
    row("mumps-seq mumps-mpi", "mumps dmumps mumps_common", "dmumps_c.h"),
    row("scalapack", "scalapack", ""),
    row("petsc", "petsc", "petsc.h petscksp.h petscsys.h"),
    row("arpack arpack-ng", "arpack", "arpack/"),
    row("superlu", "superlu", "slu_ddefs.h superlu/"),
    row("hypre", "hypre", "HYPRE.h"),
    row("sundials", "sundials sundials_cvode cvode", "sundials/ cvode/"),
    row("libnlopt nlopt", "nlopt", "nlopt.h nlopt.hpp"),
    row("glpk", "glpk", "glpk.h"),
    row("coincbc coin-or-cbc", "cbc cbcsolver", "coin/"),
    row("qhull", "qhull qhull_r qhullcpp libqhull", "libqhull/ libqhull_r/ qhull/"),
    row("cgal-cpp", "cgal", "cgal/"),
    row(
        "hdf5",
        "hdf5 hdf5_hl hdf5_cpp hdf5_fortran hdf5hl_fortran",
        "hdf5.h hdf5_hl.h h5cpp.h h5lt.h hdf5.mod h5public.h",
    ),
    row("libnetcdf", "netcdf libnetcdf", "netcdf.h netcdf_par.h netcdf_mem.h"),
    row("netcdf-fortran", "netcdff netcdf-fortran netcdf_fortran", "netcdf.mod netcdf.inc netcdf_nc_data.mod"),
    row("netcdf-cxx4", "netcdf_c++4 netcdf-cxx4 netcdfcxx", "netcdfcpp.h"),
    row("libpnetcdf", "pnetcdf", "pnetcdf.h pnetcdf.mod pnetcdf.inc"),
    row("hdf4", "mfhdf df hdf", "hdf.h mfhdf.h"),
    row("libaec", "aec sz szip", "szlib.h libaec.h"),
    row("eccodes", "eccodes", "eccodes.h grib_api.h eccodes.mod"),
    row(
        "openmpi mpich",
        "mpi mpich openmpi mpi_cxx mpi_fortran mpi_c ompi mpi_mpifh mpi_usempif08",
        "mpi.h mpif.h mpi.mod mpi_f08.mod",
    ),
    row(
        "llvm-openmp libgomp _openmp_mutex",
        "openmp openmp_c openmp_cxx openmp_fortran omp omp5 gomp iomp5",
        "omp.h omp_lib.mod omp_lib.h",
    ),
    row("tbb-devel tbb", "tbb tbbmalloc", "tbb/ oneapi/tbb.h oneapi/tbb/"),
    row("libhwloc", "hwloc", "hwloc.h"),
    row("ucx", "ucx ucp ucs uct", "ucp/"),
    row("rdma-core", "ibverbs rdmacm", "infiniband/ rdma/"),
    row("numactl", "numa", "numa.h numaif.h"),
    row("libsqlite sqlite", "sqlite3 sqlite sqlite3ext", "sqlite3.h sqlite3ext.h"),
    row("libpq postgresql", "pq libpq postgresql", "libpq-fe.h postgresql/ postgres.h postgres_fe.h"),
    row(
        "mysql-devel mysql-libs mysql-connector-c mariadb-connector-c",
        "mysqlclient mysql mariadb",
        "mysql.h mysql/ mysqlclient.h",
    ),
    row("unixodbc", "odbc unixodbc odbcinst", "sql.h sqlext.h odbcinst.h"),
    row("leveldb", "leveldb", "leveldb/"),
    row("rocksdb", "rocksdb", "rocksdb/"),
    row("lmdb", "lmdb", "lmdb.h"),
    row("libdb", "db db_cxx db-5.3", "db.h db_cxx.h"),
    row("hiredis", "hiredis", "hiredis/"),
    row("libarrow libarrow-all arrow-cpp", "arrow arrow_dataset libarrow", "arrow/"),
    row("libparquet", "parquet", "parquet/"),
    row("libgdal-core libgdal", "gdal", "gdal.h gdal_priv.h ogr_api.h ogrsf_frmts.h cpl_conv.h gdal/"),
    row("geos", "geos geos_c", "geos_c.h geos/ geos.h"),
    row("proj", "proj proj4", "proj.h proj_api.h proj/"),
    row("libspatialindex", "spatialindex spatialindex_c", "spatialindex/"),
    row("libspatialite", "spatialite", "spatialite.h spatialite/"),
    row("geotiff", "geotiff libgeotiff", "geotiff.h xtiffio.h"),
    row("libpng", "png png16 libpng16 libpng", "png.h pngconf.h libpng16/"),
    row("libjpeg-turbo jpeg", "jpeg turbojpeg libjpeg libturbojpeg", "jpeglib.h turbojpeg.h jconfig.h"),
    row("libtiff", "tiff libtiff-4 tiffxx", "tiff.h tiffio.h tiffio.hxx"),
    row("libwebp-base libwebp", "webp webpdemux webpmux libwebp", "webp/"),
    row("giflib", "gif giflib ungif", "gif_lib.h"),
    row("openjpeg", "openjp2 openjpeg libopenjp2", "openjpeg.h openjpeg-2.5/"),
    row("lcms2", "lcms2 lcms", "lcms2.h"),
    row("openexr", "openexr ilmimf iex ilmthread", "OpenEXR/"),
    row("imath", "imath", "Imath/"),
    row("libraw", "raw raw_r", "libraw/"),
    row("exiv2", "exiv2", "exiv2/"),
    row("libheif", "heif", "libheif/"),
    row("libavif", "avif", "avif/"),
    row("imagemagick", "magickwand magickcore magick++ imagemagick", "MagickWand/ MagickCore/ Magick++.h"),
    row("libopencv opencv py-opencv", "opencv opencv4 opencv_core opencv_imgproc", "opencv2/ opencv4/"),
    row(
        "ffmpeg",
        "avcodec avformat avutil swscale swresample avfilter avdevice libavcodec libavformat libavutil libswscale libswresample libavfilter libavdevice ffmpeg",
        "libavcodec/ libavformat/ libavutil/ libswscale/ libswresample/",
    ),
    row("x264", "x264", "x264.h"),
    row("libvpx", "vpx", "vpx/"),
    row("libsndfile", "sndfile", "sndfile.h sndfile.hh"),
    row("libogg", "ogg", "ogg/"),
    row("libvorbis", "vorbis vorbisfile vorbisenc", "vorbis/"),
    row("libflac", "flac flac++", "FLAC/ FLAC++/"),
    row("libopus", "opus opusfile", "opus/ opus.h"),
    row("portaudio", "portaudio portaudio-2.0", "portaudio.h"),
    row("alsa-lib", "asound alsa", "alsa/"),
    row("pulseaudio-client pulseaudio", "pulse libpulse pulse-simple libpulse-simple", "pulse/"),
    row("sdl2", "sdl2 sdl2main", "SDL2/ SDL.h"),
    row("glfw", "glfw glfw3", "GLFW/"),
    row("glew", "glew", "GL/glew.h"),
    row("libglu", "glu", "GL/glu.h"),
    row("freeglut", "glut freeglut", "GL/glut.h GL/freeglut.h"),
    row("libgl-devel libgl mesalib", "gl opengl mesa glx gl.so", "GL/ GL/gl.h"),
    row("libegl-devel libegl", "egl", "EGL/ KHR/"),
    row("libgbm mesalib", "gbm", "gbm.h"),
    row("libdrm", "drm", "xf86drm.h drm.h libdrm/ drm/ drm_fourcc.h"),
    row("libvulkan-headers libvulkan-loader", "vulkan", "vulkan/"),
    row("glm", "glm", "glm/"),
    row("assimp", "assimp", "assimp/"),
    row("ocl-icd ocl-icd-system khronos-opencl-icd-loader", "opencl", "CL/"),
    row("xorg-libx11", "x11 libx11", "X11/Xlib.h X11/Xutil.h X11/"),
    row("xorg-xorgproto", "xproto xorgproto", "X11/X.h X11/Xproto.h X11/keysym.h"),
    row("xorg-libxext", "xext libxext", "X11/extensions/Xext.h X11/extensions/XShm.h X11/extensions/shape.h"),
    row("xorg-libxrender", "xrender", "X11/extensions/Xrender.h"),
    row("xorg-libxrandr", "xrandr", "X11/extensions/Xrandr.h"),
    row("xorg-libxinerama", "xinerama", "X11/extensions/Xinerama.h"),
    row("xorg-libxcursor", "xcursor", "X11/Xcursor/"),
    row("xorg-libxi", "xi", "X11/extensions/XInput2.h X11/extensions/XInput.h"),
    row("xorg-libxfixes", "xfixes", "X11/extensions/Xfixes.h"),
    row("xorg-libxdamage", "xdamage", "X11/extensions/Xdamage.h"),
    row("xorg-libxcomposite", "xcomposite", "X11/extensions/Xcomposite.h"),
    row("xorg-libxtst", "xtst", "X11/extensions/XTest.h X11/extensions/record.h"),
    row("xorg-libxt", "xt", "X11/Intrinsic.h X11/Shell.h X11/StringDefs.h"),
    row("xorg-libxmu", "xmu", "X11/Xmu/"),
    row("xorg-libxpm", "xpm", "X11/xpm.h"),
    row("xorg-libxaw", "xaw xaw7", "X11/Xaw/"),
    row("xorg-libsm", "sm", "X11/SM/"),
    row("xorg-libice", "ice", "X11/ICE/"),
    row("xorg-libxau", "xau", "X11/Xauth.h"),
    row("xorg-libxscrnsaver", "xss xscrnsaver", "X11/extensions/scrnsaver.h"),
    row("xorg-libxxf86vm", "xxf86vm", "X11/extensions/xf86vmode.h"),
    row("xorg-libxshmfence", "xshmfence", "X11/xshmfence.h"),
    row("xorg-libpciaccess libpciaccess", "pciaccess", "pciaccess.h"),
    row("libxcb", "xcb xcb-shm xcb-render xcb-randr", "xcb/"),
    row("xcb-util", "xcb-util xcb-aux", "xcb/xcb_aux.h"),
    row("libxkbcommon", "xkbcommon xkbcommon-x11", "xkbcommon/"),
    row(
        "wayland",
        "wayland-client wayland-server wayland-cursor wayland-egl wayland-scanner wayland",
        "wayland-client.h wayland-server.h",
    ),
    row("wayland-protocols", "wayland-protocols", ""),
    row("libudev libudev1 systemd", "udev libudev", "libudev.h"),
    row("libsystemd libsystemd0", "systemd libsystemd", "systemd/"),
    row("libevdev", "evdev", "libevdev/"),
    row("dbus", "dbus-1 dbus dbus1", "dbus/ dbus-1.0/"),
    row(
        "glib libglib",
        "glib glib-2.0 gobject-2.0 gio-2.0 gio-unix-2.0 gmodule-2.0 gthread-2.0 gmodule-export-2.0 gmodule-no-export-2.0 glib2",
        "glib.h glib-object.h gio/ glib/ glib-2.0/ gmodule.h gobject/",
    ),
    row("gobject-introspection libgirepository", "gobject-introspection-1.0 girepository-1.0", "girepository.h"),
    row("gdk-pixbuf", "gdk-pixbuf-2.0 gdk_pixbuf-2.0", "gdk-pixbuf/"),
    row("gtk3", "gtk+-3.0 gtk-3 gdk-3.0 gtk3 gtk+-x11-3.0", "gtk/ gdk/"),
    row("gtk2", "gtk+-2.0 gdk-2.0 gtk2 gtk+-x11-2.0", "gtk/gtk.h"),
    row("gtk4", "gtk4 gtk4-x11", ""),
    row("atk-1.0 at-spi2-core", "atk atk-1.0", "atk/"),
    row("at-spi2-core", "atspi-2 atk-bridge-2.0", "atspi/"),
    row(
        "cairo",
        "cairo cairo-gobject cairo-pdf cairo-ft cairo-xlib cairo-svg",
        "cairo.h cairo/ cairo-pdf.h cairo-svg.h cairo-ft.h",
    ),
    row("pango", "pango pangocairo pangoft2 pango-1.0 pangocairo-1.0", "pango/"),
    row("harfbuzz libharfbuzz-devel", "harfbuzz harfbuzz-icu harfbuzz-subset", "hb.h harfbuzz/ hb-ft.h"),
    row("fribidi", "fribidi", "fribidi.h fribidi/"),
    row("graphite2", "graphite2", "graphite2/"),
    row("freetype libfreetype", "freetype freetype2 freetype6", "ft2build.h freetype/ freetype2/"),
    row("fontconfig", "fontconfig", "fontconfig/"),
    row("pixman", "pixman pixman-1", "pixman.h pixman-1/"),
    row("libepoxy", "epoxy", "epoxy/"),
    row("librsvg", "rsvg-2 librsvg-2.0 librsvg", "librsvg/"),
    row("libsoup", "libsoup-2.4 libsoup-3.0 soup", "libsoup/"),
    row("libsecret", "libsecret-1 secret", "libsecret/"),
    row("json-glib", "json-glib-1.0 json-glib", "json-glib/"),
    row("gstreamer", "gstreamer-1.0 gstreamer gstreamer-base-1.0 gstreamer-check-1.0", "gst/"),
    row(
        "gst-plugins-base",
        "gstreamer-plugins-base-1.0 gstreamer-app-1.0 gstreamer-video-1.0 gstreamer-audio-1.0 gstreamer-pbutils-1.0",
        "gst/video/ gst/app/ gst/audio/",
    ),
    row("poppler", "poppler poppler-glib poppler-cpp poppler-qt5", "poppler/"),
    row("ghostscript", "gs ghostscript", "ghostscript/"),
    row("qt6-main", "qt6 qt6core qt6widgets qt6gui qt6network qt6svg", ""),
    row(
        "qt-main qt6-main qt",
        "qt5 qt5core qt5widgets qt5gui qt5network qt5svg qtcore qtgui qtwidgets qt",
        "QtCore/ QtGui/ QtWidgets/ QApplication QWidget QString QObject",
    ),
    row("vtk-base vtk", "vtk", "vtkSmartPointer.h vtkVersion.h"),
    row("libitk-devel", "itk", "itkImage.h"),
    row("gtest", "gtest gtest_main gmock gmock_main googletest", "gtest/ gmock/"),
    row("gmock gtest", "gmock", "gmock/"),
    row("benchmark", "benchmark", "benchmark/"),
    row("catch2", "catch2 catch", "catch2/ catch.hpp"),
    row("doctest", "doctest", "doctest/ doctest.h"),
    row("cppunit", "cppunit", "cppunit/"),
    row("check libcheck", "check", "check.h"),
    row("cmocka", "cmocka", "cmocka.h"),
    row("fmt", "fmt", "fmt/"),
    row("spdlog", "spdlog", "spdlog/"),
    row("glog", "glog", "glog/"),
    row("gflags", "gflags", "gflags/"),
    row("cxxopts", "cxxopts", "cxxopts.hpp"),
    row("cli11", "cli11", "CLI/"),
    row("argtable3", "argtable3", "argtable3.h"),
    row("range-v3", "range-v3", "range/"),
    row("parallel-hashmap", "phmap", "parallel_hashmap/"),
    row("robin-map", "tsl-robin-map robin-map", "tsl/robin_map.h tsl/robin_set.h"),
    row("xtensor", "xtensor", "xtensor/"),
    row("xtl", "xtl", "xtl/"),
    row("xsimd", "xsimd", "xsimd/"),
    row("pybind11", "pybind11", "pybind11/"),
    row("nanobind", "nanobind", "nanobind/"),
    row("numpy", "numpy", "numpy/"),
    row(
        "python",
        "python python3 python2 pythonlibs pythoninterp python-3 python3-embed python-embed",
        "Python.h pyconfig.h patchlevel.h",
    ),
    row("r-base", "r libr", "R.h Rinternals.h Rmath.h R_ext/ Rdefines.h"),
    row("r-rcpp", "rcpp", "Rcpp.h"),
    row("perl", "perl perllibs", "EXTERN.h perl.h XSUB.h"),
    row("ruby", "ruby", "ruby.h ruby/"),
    row("lua", "lua lua5.3 lua5.4 lua-5.3", "lua.h lua.hpp lauxlib.h lualib.h"),
    row("luajit", "luajit luajit-5.1", "luajit.h luajit-2.1/"),
    row("tk", "tcl tk tcl8.6 tk8.6", "tcl.h tk.h"),
    row("guile", "guile guile-3.0 guile-2.2", "libguile.h"),
    row("openjdk", "jni java jawt jvm", "jni.h jni_md.h jawt.h jvmti.h"),
    row("nodejs", "node", "node.h node_api.h node_version.h"),
    row("libffi", "ffi", "ffi.h ffitarget.h"),
    row(
        "ncurses",
        "curses ncurses ncursesw tinfo tinfow form menu panel formw menuw panelw termcap",
        "curses.h ncurses.h ncurses/ ncursesw/ term.h panel.h menu.h form.h termcap.h ncurses_dll.h",
    ),
    row("readline", "readline history", "readline/"),
    row("libedit", "edit libedit", "histedit.h editline/"),
    row("pcre2", "pcre2 pcre2-8 pcre2-16 pcre2-32 pcre2-posix", "pcre2.h pcre2posix.h"),
    row("pcre", "pcre pcrecpp pcreposix libpcre", "pcre.h pcrecpp.h pcreposix.h"),
    row("re2", "re2", "re2/"),
    row("oniguruma", "onig oniguruma", "oniguruma.h"),
    row("icu", "icu icuuc icui18n icudata icuio icu-uc icu-i18n icu-io", "unicode/"),
    row("libiconv", "iconv libiconv", "iconv.h libcharset.h"),
    row("gettext libintl-devel", "intl libintl gettext", "libintl.h"),
    row("libunistring", "unistring", "unistr.h unitypes.h uniconv.h"),
    row("libidn2", "idn2", "idn2.h"),
    row("libutf8proc utf8proc", "utf8proc", "utf8proc.h"),
    row("libuuid", "uuid ossp-uuid", "uuid/uuid.h uuid.h uuid/"),
    row("libarchive", "archive libarchive", "archive.h archive_entry.h"),
    row("libzip", "zip libzip", "zip.h zipconf.h"),
    row("minizip", "minizip", "minizip/ unzip.h"),
    row("libmagic file", "magic libmagic", "magic.h"),
    row("libcap", "cap libcap", "sys/capability.h"),
    row("libselinux libselinux-cos6-x86_64", "selinux libselinux", "selinux/"),
    row("acl libacl", "acl libacl", "sys/acl.h acl/"),
    row("attr libattr", "attr libattr", "attr/"),
    row("keyutils", "keyutils", "keyutils.h"),
    row("krb5", "krb5 gssapi_krb5 gssapi krb5-gssapi k5crypto com_err", "krb5.h gssapi.h gssapi/ krb5/ com_err.h"),
    row("cyrus-sasl", "sasl2 libsasl2 sasl", "sasl/"),
    row("openldap", "ldap lber ldap_r", "ldap.h lber.h"),
    row("pam libpam", "pam", "security/"),
    row("libxcrypt", "crypt", "crypt.h"),
    row("libnsl", "nsl", "rpcsvc/"),
    row("libtirpc", "tirpc libtirpc", "rpc/ tirpc/"),
    row("libusb", "usb usb-1.0 libusb-1.0 libusb", "libusb.h libusb-1.0/"),
    row("hidapi", "hidapi hidapi-libusb", "hidapi.h hidapi/"),
    row("libpcap", "pcap", "pcap.h pcap/"),
    row("libfuse", "fuse", "fuse.h fuse/"),
    row("libfuse3", "fuse3", "fuse3/"),
    row("cups libcups", "cups", "cups/"),
    row("libunwind", "unwind", "libunwind.h"),
    row("elfutils", "elf dw libelf libdw", "libelf.h gelf.h elfutils/ dwarf.h"),
    row("binutils", "bfd opcodes iberty", "bfd.h ansidecl.h libiberty.h"),
    row("gperftools", "tcmalloc profiler", "gperftools/"),
    row("jemalloc", "jemalloc", "jemalloc/"),
    row("mimalloc", "mimalloc", "mimalloc.h"),
    row("llvmdev", "llvm llvm-c llvmcore", "llvm/ llvm-c/"),
    row("clangdev libclang", "clang libclang clang-cpp", "clang-c/ clang/"),
    row("libclang clangdev", "libclang", ""),
    row("mlir", "mlir", "mlir/"),
    row(
        "cuda-cudart-dev cuda-toolkit",
        "cudart cuda_runtime cuda_cudart",
        "cuda_runtime.h cuda_runtime_api.h device_launch_parameters.h",
    ),
    row("cuda-nvcc cuda-toolkit cuda-cudart-dev", "cudatoolkit", ""),
    row("cuda-driver-dev cuda-driver-dev_linux-64 cuda-cudart-dev", "cuda", "cuda.h"),
    row("libcublas-dev", "cublas", "cublas_v2.h cublas.h"),
    row("libcufft-dev", "cufft", "cufft.h"),
    row("libcurand-dev", "curand", "curand.h curand_kernel.h"),
    row("libcusparse-dev", "cusparse", "cusparse.h"),
    row("libcusolver-dev", "cusolver", "cusolverDn.h"),
    row("cudnn libcudnn-dev", "cudnn", "cudnn.h"),
    row("nccl", "nccl", "nccl.h"),
    row("cuda-nvtx-dev cuda-nvtx", "nvtoolsext nvtx", "nvToolsExt.h nvtx3/"),
    row("cuda-profiler-api", "", "cuda_profiler_api.h"),
    row("cuda-cccl", "cub thrust", "thrust/ cub/"),
    row("libtorch pytorch", "torch c10 torch_cpu", "torch/ ATen/ c10/"),
    row("libtensorflow tensorflow", "tensorflow", "tensorflow/"),
    row("onnx", "onnx", "onnx/"),
    row("htslib", "hts htslib", "htslib/ htslib"),
    row("libmatio matio", "matio", "matio.h"),
    row("cfitsio", "cfitsio", "fitsio.h fitsio2.h"),
    row("wcslib", "wcs wcslib", "wcslib/ wcs.h"),
    row("ccfits", "ccfits", "CCfits/"),
    row("root_base root", "root", "TFile.h TTree.h TH1.h TROOT.h"),
    row("geant4", "geant4", "G4RunManager.hh"),
    row("hepmc3", "hepmc3", "HepMC3/"),
    row("fastjet", "fastjet", "fastjet/"),
    row("lhapdf", "lhapdf", "LHAPDF/"),
    row("libode", "ode", "ode/"),
    row("bullet-cpp bullet", "bullet", "btBulletDynamicsCommon.h bullet/"),
    row("box2d", "box2d", "box2d/"),
    row("sfml", "sfml", "SFML/"),
    row("ogre", "ogre", "OGRE/"),
    row("urdfdom", "urdfdom", "urdf_parser/"),
    row("orocos-kdl", "orocos-kdl", "kdl/"),
    row("pcl", "pcl", "pcl/"),
    row("flann", "flann", "flann/"),
    row("nanoflann", "nanoflann", "nanoflann.hpp"),
    row("ceres-solver", "ceres", "ceres/"),
    row("sophus", "sophus", "sophus/"),
    row("libxc", "xc", "xc.h"),
    row("libint", "int2 libint2", "libint2.hpp"),
    row("spglib", "spglib symspg", "spglib.h"),
    row("openbabel", "openbabel openbabel-2.0 openbabel3", "openbabel/"),
    row("rdkit librdkit", "rdkit", "GraphMol/"),
    row("bamtools", "bamtools", "api/BamReader.h"),
    row("libdeflate", "deflate", "libdeflate.h"),
    row("isa-l", "isal", "isa-l.h"),
    row("blosc", "blosc", "blosc.h"),
    row("c-blosc2", "blosc2", "blosc2.h"),
    row("xxhash", "xxhash", "xxhash.h"),
    row("aws-sdk-cpp", "awssdk aws-cpp-sdk-core aws-cpp-sdk-s3", "aws/core/ aws/s3/"),
    row("libopentelemetry-cpp", "opentelemetry-cpp", "opentelemetry/"),
    row("libcxx", "c++ c++abi", "__config"),
    row("libstdcxx libstdcxx-ng gxx", "stdc++", ""),
    row("libgcc libgcc-ng", "gcc_s gcc", ""),
    row("libgfortran", "gfortran quadmath", ""),
    row(
        "sysroot_linux-64",
        "c m pthread dl rt crt1.o crti.o crtn.o libc libc.so.6 libm.so.6 util resolv",
        "features.h stdio.h stdlib.h string.h sys/cdefs.h bits/ gnu/ asm/ linux/ sys/types.h unistd.h errno.h limits.h bits/libc-header-start.h crypt.h",
    ),
    row("extra-cmake-modules", "ecm", ""),
    row("doxygen", "doxygen", ""),
    row("swig", "swig", ""),
    row("bison", "bison", ""),
    row("flex", "flex fl", "FlexLexer.h"),
    row("cython", "cython", ""),
    row("git", "git", ""),
    row("pkg-config pkgconf", "pkgconfig pkg-config", ""),
    row("gengetopt", "gengetopt", ""),
    row("gperf", "gperf", ""),
    row("vala", "vapigen", ""),
    row("libtool", "ltdl libltdl", "ltdl.h"),
    row("valgrind", "valgrind", "valgrind/"),
    row("papi", "papi", "papi.h"),
    row("libdap4", "dap libdap", ""),
    row("libkml libkml-devel", "kml libkml", "kml/"),
    row("freexl", "freexl", "freexl.h"),
    row("libosmium", "osmium", "osmium/"),
    row("protozero", "protozero", "protozero/"),
    row("dlfcn-win32", "", "dlfcn.h"),
    row("pthreads-win32", "pthreadvc2", "pthread.h"),
    row("getopt-win32", "getopt", "getopt.h"),
];

/// Folders with a version in the name, such as `Qt5Core`, are looked up without capitals.
pub(super) fn of_library(name: &str) -> Vec<String> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let lower = file.trim_start_matches("-l").to_ascii_lowercase();
    let stem = without_extension(&lower);
    let mut packages = looked_up(&lower);
    packages.extend(looked_up(stem));
    let bare = stem.strip_prefix("lib").unwrap_or(stem);
    packages.extend(looked_up(bare));
    // `Qt5Core`, `boost_log-mt`, `foo-2.0`
    let unversioned = stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '_'));
    packages.extend(looked_up(unversioned));
    packages.extend(looked_up(unversioned.strip_prefix("lib").unwrap_or(unversioned)));
    for (prefix, row) in [
        ("boost_", "boost"),
        ("qt6", "qt6"),
        ("qt5", "qt5"),
        ("absl_", "absl"),
        ("opencv_", "opencv"),
        ("vtk", "vtk"),
        ("gstreamer-", "gstreamer-1.0"),
        ("icu", "icu"),
        ("llvm", "llvm"),
        ("sundials_", "sundials"),
        ("aws-cpp-sdk", "awssdk"),
    ] {
        if bare.starts_with(prefix) {
            packages.extend(looked_up(row));
        }
    }
    packages.extend(library_names(stem));
    packages.extend(library_names(unversioned));
    packages
}

/// Packages for an include, e.g. `X11/Xlib.h`.
pub(super) fn of_header(header: &str) -> Vec<String> {
    let header = header.trim_start_matches("./").trim_start_matches("../");
    let mut packages = Vec::new();
    // The whole path, its folders from the longest to the shortest, then the file.
    packages.extend(by_header(header));
    let mut folder = header;
    while let Some((parent, _)) = folder.rsplit_once('/') {
        packages.extend(by_header(&format!("{parent}/")));
        folder = parent;
    }
    let file = header.rsplit('/').next().unwrap_or(header);
    let stem = file.split('.').next().unwrap_or(file);
    if let Some((first, _)) = header.split_once('/') {
        packages.extend(of_library(first));
    } else {
        packages.extend(by_header(file));
    }
    packages.extend(of_library(stem));
    packages
}

/// Whether a package is in the table.
pub(super) fn lists(package: &str) -> bool {
    TABLE.iter().any(|row| row.packages.split(' ').any(|other| other == package))
}

fn looked_up(name: &str) -> Vec<String> {
    let row = TABLE.iter().find(|row| row.names.split(' ').any(|other| other == name));
    row.filter(|_| !name.is_empty()).map(|row| words(row.packages)).unwrap_or_default()
}

fn by_header(header: &str) -> Vec<String> {
    let row = TABLE.iter().find(|row| row.headers.split(' ').any(|other| other.eq_ignore_ascii_case(header)));
    row.filter(|_| !header.is_empty()).map(|row| words(row.packages)).unwrap_or_default()
}

/// `libz.so.1.2` → `libz`; names such as `glib-2.0` stay.
fn without_extension(name: &str) -> &str {
    let end = name.find(".so").or_else(|| {
        [".dylib", ".a", ".lib", ".dll", ".tbd"].iter().find_map(|end| name.strip_suffix(end).map(str::len))
    });
    let stem = name.get(..end.unwrap_or(name.len())).unwrap_or(name);
    if name.contains(".dylib") { stem.split('.').next().unwrap_or(stem) } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_tools_lead_to_the_package() {
        for (name, package) in [
            ("z", "zlib"),
            ("libz.so.1", "zlib"),
            ("libssl.so.1.1", "openssl"),
            ("Qt5Widgets", "qt-main"),
            ("boost_log", "libboost-devel"),
            ("libGL.so.1", "libgl-devel"),
            ("glib-2.0", "glib"),
            ("foo-2.0", "libfoo"),
            ("libfoo.1.dylib", "libfoo"),
            ("bz2", "bzip2"),
        ] {
            assert_eq!(
                of_library(name).iter().find(|found| *found == package).map(String::as_str),
                Some(package),
                "{name}"
            );
        }
        for (header, package) in [
            ("zlib.h", "zlib"),
            ("X11/Xlib.h", "xorg-libx11"),
            ("X11/extensions/Xrandr.h", "xorg-libxrandr"),
            ("boost/any.hpp", "libboost-devel"),
            ("GL/glew.h", "glew"),
            ("GL/gl.h", "libgl-devel"),
            ("Eigen/Dense", "eigen"),
            ("numpy/arrayobject.h", "numpy"),
            ("yaml-cpp/yaml.h", "yaml-cpp"),
        ] {
            assert_eq!(of_header(header).first().map(String::as_str), Some(package), "{header}");
        }
    }
}
