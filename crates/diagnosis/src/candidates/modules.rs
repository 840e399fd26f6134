//! Python modules and the packages that bring them.

/// Where the package has another name than the module.
const TABLE: &[(&str, &[&str])] = &[
    ("Crypto", &["pycryptodome"]),
    ("Cython", &["cython"]),
    ("OpenSSL", &["pyopenssl"]),
    ("PIL", &["pillow"]),
    ("_cffi_backend", &["cffi"]),
    ("attr", &["attrs"]),
    ("bs4", &["beautifulsoup4"]),
    ("cv2", &["opencv", "py-opencv"]),
    ("dateutil", &["python-dateutil"]),
    ("distutils", &["setuptools"]),
    ("docx", &["python-docx"]),
    ("dotenv", &["python-dotenv"]),
    ("fitz", &["pymupdf"]),
    ("git", &["gitpython"]),
    ("google.protobuf", &["protobuf"]),
    ("jwt", &["pyjwt"]),
    ("magic", &["python-magic"]),
    ("mesonpy", &["meson-python"]),
    ("mpl_toolkits", &["matplotlib-base"]),
    ("matplotlib", &["matplotlib-base", "matplotlib"]),
    ("OpenGL", &["pyopengl"]),
    ("osgeo", &["gdal"]),
    ("pkg_resources", &["setuptools"]),
    ("serial", &["pyserial"]),
    ("skbuild", &["scikit-build"]),
    ("skimage", &["scikit-image"]),
    ("sklearn", &["scikit-learn"]),
    ("tables", &["pytables"]),
    ("usb", &["pyusb"]),
    ("versioneer", &["versioneer"]),
    ("win32api", &["pywin32"]),
    ("yaml", &["pyyaml"]),
    ("zmq", &["pyzmq"]),
];

pub(super) fn packages(module: &str) -> Vec<String> {
    let mut packages = super::looked_up(TABLE, module);
    let first = module.split('.').next().unwrap_or(module);
    packages.extend(super::looked_up(TABLE, first));
    // `poetry.core` is of `poetry-core`, `a.b` else of `a`; names of packages have hyphens where modules cannot.
    for name in [module.replace('.', "-"), first.to_owned()] {
        let name = name.to_lowercase();
        packages.extend([name.replace('_', "-"), name.clone(), format!("python-{}", name.replace('_', "-"))]);
    }
    packages
}
