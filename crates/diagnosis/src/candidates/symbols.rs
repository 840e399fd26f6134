//! Symbols and the libraries that define them.

use super::libraries::of_library;

/// Beginnings of symbols, without the underscore that macOS adds, and a name of their library.
const PREFIXES: &[(&str, &str)] = &[
    ("deflate inflate gz zlibVersion compress2 uncompress crc32 adler32 compressBound", "z"),
    ("BZ2_", "bz2"),
    ("lzma_", "lzma"),
    ("ZSTD_", "zstd"),
    ("LZ4_ LZ4F_", "lz4"),
    ("snappy::", "snappy"),
    ("SSL_ EVP_ CRYPTO_ RSA_ BIO_ ERR_ X509_ SHA256_ MD5_ HMAC_ BN_ OPENSSL_ TLS_ PEM_ AES_ EC_", "ssl"),
    ("curl_", "curl"),
    ("xmlParse xmlFree xmlNew xmlDoc xmlNode xmlRead xmlXPath xmlInit", "xml2"),
    ("xslt", "xslt"),
    ("XML_Parse XML_Set", "expat"),
    ("png_", "png"),
    ("jpeg_", "jpeg"),
    ("TIFF", "tiff"),
    ("WebP", "webp"),
    ("sqlite3_", "sqlite3"),
    ("H5Fopen H5Fcreate H5D H5S H5P H5T H5G H5A H5open H5E H5::", "hdf5"),
    ("nc_ ncopen", "netcdf"),
    ("cblas_", "cblas"),
    ("dgemm_ sgemm_ zgemm_ cgemm_ ddot_ daxpy_ dscal_ dnrm2_ dcopy_ dgemv_ dtrsm_ xerbla_", "blas"),
    ("dgetrf_ dgetrs_ dgesv_ dsyev dgesvd_ dpotrf_ zheev dgeev_ dgels_ sgesv_ ilaenv_ dlamch_", "lapack"),
    ("LAPACKE_", "lapacke"),
    ("fftw_ fftwf_ dfftw_", "fftw3"),
    ("gsl_", "gsl"),
    ("__gmp mpz_ mpq_", "gmp"),
    ("mpfr_", "mpfr"),
    ("MPI_ ompi_ mpi_ PMPI_", "mpi"),
    ("GOMP_ omp_ __kmpc_", "openmp"),
    ("tbb::", "tbb"),
    ("Py_ PyObject_ PyList_ PyErr_ _Py PyModule_ PyArg_ PyUnicode_ PyExc_ PyType_", "python"),
    ("Rf_ R_ Rprintf", "r"),
    ("g_object_ g_malloc g_free g_list_ g_hash_ g_str g_type_ g_signal_ g_error_ g_io_ g_main_", "glib"),
    ("gtk_ gdk_", "gtk3"),
    ("cairo_", "cairo"),
    ("pango_", "pango"),
    ("FT_", "freetype"),
    ("Fc", "fontconfig"),
    ("hb_", "harfbuzz"),
    (
        "initscr endwin wprintw stdscr wrefresh tgetent tputs tgetnum tgetflag tgoto setupterm waddch mvprintw",
        "ncurses",
    ),
    ("readline add_history rl_", "readline"),
    ("uuid_", "uuid"),
    ("libiconv iconv", "iconv"),
    ("libintl_", "intl"),
    ("pcre2_", "pcre2"),
    ("pcre_", "pcre"),
    ("u_ ucnv_ icu ures_", "icu"),
    ("XOpenDisplay XCloseDisplay XCreate XFlush XDraw XSet XMap XNext XInternAtom XDefault", "x11"),
    ("xcb_", "xcb"),
    ("glBegin glEnd glClear glVertex glViewport glEnable glGen glBind glX", "gl"),
    ("gluPerspective gluLookAt gluNew gluOrtho", "glu"),
    ("glew", "glew"),
    ("glfw", "glfw"),
    ("google::protobuf:: protobuf", "protobuf"),
    ("boost::", "boost"),
    ("absl::", "absl"),
    ("fmt::", "fmt"),
    ("spdlog::", "spdlog"),
    ("cv::", "opencv"),
    ("arrow::", "arrow"),
    ("testing:: ", "gtest"),
    ("YAML::", "yaml-cpp"),
    ("yaml_", "yaml"),
    ("json_object_", "json-c"),
    ("event_ evbuffer_ bufferevent_", "event"),
    ("uv_", "uv"),
    ("zmq_", "zmq"),
    ("archive_", "archive"),
    ("GEOS geos::", "geos"),
    ("proj_ pj_", "proj"),
    ("GDAL OGR CPL OSR", "gdal"),
    ("hts_ bam_ sam_ bgzf_ vcf_ bcf_ tbx_", "hts"),
    ("fits_ ff", "cfitsio"),
    ("av_ avcodec_ avformat_ sws_ swr_", "avcodec"),
    ("Tcl_ Tk_", "tcl"),
    ("lua_ luaL_", "lua"),
    ("PQ", "pq"),
    ("mysql_", "mysqlclient"),
    ("magic_", "magic"),
    ("ffi_", "ffi"),
    ("cuda cu", "cudart"),
    ("cublas", "cublas"),
    ("METIS_", "metis"),
    ("gss_ krb5_", "krb5"),
    ("ldap_", "ldap"),
    ("std::__cxx11:: std:: __cxa_ GLIBCXX_ CXXABI_ __gxx_", "stdc++"),
    ("_gfortran_", "gfortran"),
];

/// The name for `-l` of the library that defines a symbol, for libraries whose symbols have a prefix of their own.
pub(crate) fn library_of_symbol(symbol: &str) -> Option<&'static str> {
    const LINKED: &str = " z bz2 lzma zstd lz4 curl xml2 xslt expat png jpeg tiff sqlite3 cblas blas lapack lapacke fftw3 \
        gsl gmp mpfr ncurses readline uuid iconv pcre2 cairo fontconfig harfbuzz gtest yaml json-c event uv zmq archive \
        proj hts cfitsio pq magic ffi ";
    let (_, library) = PREFIXES
        .iter()
        .find(|(prefixes, _)| prefixes.split(' ').any(|prefix| !prefix.is_empty() && symbol.starts_with(prefix)))?;
    LINKED.contains(&format!(" {library} ")).then_some(*library)
}

/// Packages with the library that defines a symbol, if its name shows that.
pub(super) fn packages(symbol: &str) -> Vec<String> {
    if let Some((_, version)) = symbol.rsplit_once('@')
        && version.starts_with("GLIBCXX_")
    {
        return of_library("stdc++");
    }
    [symbol, symbol.strip_prefix('_').unwrap_or(symbol)]
        .into_iter()
        .flat_map(|symbol| {
            let row = PREFIXES.iter().find(|(prefixes, _)| {
                prefixes.split(' ').any(|prefix| !prefix.is_empty() && symbol.starts_with(prefix))
            });
            row.map(|(_, library)| of_library(library)).unwrap_or_default()
        })
        .collect()
}
