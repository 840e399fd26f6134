//! Modules of Python, Perl and R.

use super::names::looked_up;

/// Python modules whose package has another name.
const PYTHON: &[(&str, &str)] = &[
    ("Crypto Cryptodome", "pycryptodome pycryptodomex"),
    ("Cython cython", "cython"),
    ("OpenSSL", "pyopenssl"),
    ("PIL", "pillow"),
    ("PyQt5", "pyqt"),
    ("PyQt6", "pyqt6 pyqt"),
    ("PySide2", "pyside2"),
    ("PySide6", "pyside6"),
    ("Bio", "biopython"),
    ("ruamel ruamel.yaml", "ruamel.yaml"),
    ("_cffi_backend", "cffi"),
    ("attr", "attrs"),
    ("apt_pkg", "python-apt"),
    ("bs4", "beautifulsoup4"),
    ("cairo", "pycairo"),
    ("cairosvg", "cairosvg"),
    ("cv2", "opencv py-opencv"),
    ("curl pycurl", "pycurl"),
    ("dateutil", "python-dateutil"),
    ("dbus", "dbus-python"),
    ("distutils setuptools._distutils", "setuptools"),
    ("pkg_resources setuptools", "setuptools"),
    ("docx", "python-docx"),
    ("pptx", "python-pptx"),
    ("dotenv", "python-dotenv"),
    ("fitz", "pymupdf"),
    ("gi", "pygobject"),
    ("git", "gitpython"),
    ("github", "pygithub"),
    ("gitlab", "python-gitlab"),
    ("google.protobuf", "protobuf"),
    ("google.cloud.storage", "google-cloud-storage"),
    ("google.auth", "google-auth"),
    ("google.api_core", "google-api-core"),
    ("googleapiclient", "google-api-python-client"),
    ("grpc", "grpcio"),
    ("grpc_tools", "grpcio-tools"),
    ("hatchling hatchling.build", "hatchling"),
    ("hatch_vcs", "hatch-vcs"),
    ("flit_core", "flit-core"),
    ("flit_scm", "flit-scm"),
    ("poetry poetry.core poetry.core.masonry", "poetry-core"),
    ("poetry.masonry", "poetry"),
    ("poetry_dynamic_versioning", "poetry-dynamic-versioning"),
    ("pdm pdm.backend pdm.pep517", "pdm-backend pdm-pep517"),
    ("mesonpy", "meson-python"),
    ("mesonbuild", "meson"),
    ("scikit_build_core", "scikit-build-core"),
    ("skbuild", "scikit-build"),
    ("setuptools_scm", "setuptools-scm setuptools_scm"),
    ("setuptools_rust", "setuptools-rust"),
    ("setuptools_git_versioning", "setuptools-git-versioning"),
    ("pbr", "pbr"),
    ("sipbuild", "sip"),
    ("pyqtbuild", "pyqt-builder"),
    ("uv_build", "uv-build uv"),
    ("maturin", "maturin"),
    ("jupyter_packaging", "jupyter-packaging jupyter_packaging"),
    ("hatch_jupyter_builder", "hatch-jupyter-builder"),
    ("hatch_nodejs_version", "hatch-nodejs-version"),
    ("hatch_fancy_pypi_readme", "hatch-fancy-pypi-readme"),
    ("hatch_requirements_txt", "hatch-requirements-txt"),
    ("expandvars", "expandvars"),
    ("calver", "calver"),
    ("trove_classifiers", "trove-classifiers"),
    ("pathspec", "pathspec"),
    ("xdist", "pytest-xdist"),
    ("tomllib", "tomli"),
    ("build", "python-build build"),
    ("jwt", "pyjwt"),
    ("jose", "python-jose"),
    ("kafka", "kafka-python"),
    ("ldap", "python-ldap"),
    ("Levenshtein", "python-levenshtein levenshtein"),
    ("lxml", "lxml"),
    ("magic", "python-magic"),
    ("matplotlib", "matplotlib-base matplotlib"),
    ("mpl_toolkits", "matplotlib-base matplotlib"),
    ("MySQLdb", "mysqlclient"),
    ("nacl", "pynacl"),
    ("netCDF4", "netcdf4"),
    ("h5py", "h5py"),
    ("numpy numpy.distutils", "numpy"),
    ("OpenGL", "pyopengl"),
    ("osgeo gdal ogr", "gdal"),
    ("past future builtins", "future"),
    ("psycopg2", "psycopg2"),
    ("pywintypes win32api win32con win32com", "pywin32"),
    ("redis", "redis-py"),
    ("rest_framework", "djangorestframework"),
    ("Xlib", "python-xlib"),
    ("serial", "pyserial"),
    ("skimage", "scikit-image"),
    ("sklearn", "scikit-learn"),
    ("slugify", "python-slugify"),
    ("socks", "pysocks"),
    ("snappy", "python-snappy"),
    ("tables", "pytables"),
    ("talib", "ta-lib"),
    ("telegram", "python-telegram-bot"),
    ("tkinter _tkinter", "tk"),
    ("torch", "pytorch pytorch-cpu"),
    ("umap", "umap-learn"),
    ("usb", "pyusb"),
    ("vtk vtkmodules", "vtk"),
    ("websocket", "websocket-client"),
    ("wx", "wxpython"),
    ("xdg", "pyxdg"),
    ("yaml", "pyyaml"),
    ("zmq", "pyzmq"),
    ("zstd zstandard", "zstandard"),
    ("lz4", "lz4"),
    ("sqlalchemy", "sqlalchemy"),
    ("tensorflow", "tensorflow"),
    ("jinja2", "jinja2"),
    ("markdown", "markdown"),
    ("mako", "mako"),
    ("docutils", "docutils"),
    ("typing_extensions", "typing-extensions typing_extensions"),
    ("importlib_metadata", "importlib-metadata importlib_metadata"),
    ("importlib_resources", "importlib-resources importlib_resources"),
    ("cmake", "cmake"),
    ("ninja", "ninja"),
    // Removed from Python itself; nothing else to install.
    ("imp asyncore asynchat smtpd", ""),
];

/// Perl distributions whose modules have other names.
const PERL: &[(&str, &str)] = &[
    ("LWP LWP::UserAgent LWP::Simple HTTP::Request", "perl-libwww-perl"),
    ("XML::Parser", "perl-xml-parser"),
    ("Template", "perl-template-toolkit"),
    ("Bio::Perl Bio::SeqIO Bio::Seq Bio::Root::Version", "perl-bioperl perl-bioperl-core"),
    ("YAML", "perl-yaml"),
    ("JSON", "perl-json"),
    ("GD", "perl-gd"),
    ("Tk", "perl-tk"),
    ("Moose", "perl-moose"),
    ("URI URI::Escape", "perl-uri"),
    ("ExtUtils::MakeMaker", "perl-extutils-makemaker perl"),
    ("Date::Parse Date::Format", "perl-timedate"),
    ("FindBin File::Copy Getopt::Long Data::Dumper Thread::Queue IPC::Cmd", "perl"),
];

/// R packages are `r-` and the name in lower case, except those of R itself.
const R_BASE: &[&str] = &[
    "base",
    "compiler",
    "datasets",
    "graphics",
    "grDevices",
    "grid",
    "methods",
    "parallel",
    "splines",
    "stats",
    "stats4",
    "tcltk",
    "tools",
    "utils",
];

/// Whether a package is in the tables.
pub(super) fn lists(package: &str) -> bool {
    PYTHON.iter().chain(PERL).any(|(_, packages)| packages.split(' ').any(|other| other == package))
}

pub(super) fn python(module: &str) -> Vec<String> {
    let mut packages = Vec::new();
    let mut known = false;
    // The longest prefix counts most: `google.protobuf` is not in a package `google`.
    let mut prefix = module;
    loop {
        if PYTHON.iter().any(|(keys, _)| keys.split(' ').any(|key| key.eq_ignore_ascii_case(prefix))) {
            known = true;
            packages.extend(looked_up(PYTHON, prefix));
        }
        let Some((parent, _)) = prefix.rsplit_once('.') else { break };
        prefix = parent;
    }
    let first = module.split('.').next().unwrap_or(module);
    if known && packages.is_empty() {
        return packages;
    }
    // Names of packages have hyphens where modules cannot.
    for name in [first.to_owned(), module.replace('.', "-")] {
        let name = name.to_lowercase();
        let hyphens = name.replace('_', "-");
        packages.extend([hyphens.clone(), name, format!("python-{hyphens}"), format!("py{hyphens}")]);
    }
    packages
}

pub(super) fn perl(module: &str) -> Vec<String> {
    let module = module.trim_end_matches(".pm").trim_end_matches(".pl").replace('/', "::");
    let mut packages = looked_up(PERL, &module);
    let mut name = module.as_str();
    loop {
        packages.push(format!("perl-{}", name.replace("::", "-").to_lowercase()));
        let Some((parent, _)) = name.rsplit_once("::") else { break };
        name = parent;
    }
    packages
}

pub(super) fn r(package: &str) -> Vec<String> {
    if package == "R" || R_BASE.contains(&package) {
        return vec!["r-base".to_owned()];
    }
    let name = package.to_lowercase();
    vec![format!("r-{name}"), format!("bioconductor-{name}")]
}
