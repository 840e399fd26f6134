//! Autotools macros and the packages with their files.

use super::names::words;

/// Beginnings of macros, the longest match first.
const PREFIXES: &[(&str, &str)] = &[
    ("PKG_", "pkg-config pkgconf"),
    (
        "LT_ LTDL LIBTOOL AM_PROG_LIBTOOL AC_PROG_LIBTOOL AM_DISABLE_STATIC AC_DISABLE_STATIC AC_DISABLE_SHARED AM_DISABLE_SHARED AC_ENABLE_SHARED AC_ENABLE_STATIC AM_ENABLE_SHARED AC_LIBTOOL_ AC_LIBLTDL AC_LTDL AC_CHECK_LIBM",
        "libtool",
    ),
    ("AX_ ACX_ AC_CXX_", "autoconf-archive"),
    ("AM_GNU_GETTEXT AM_NLS AM_ICONV AM_PO_ AC_LIB_ AM_XGETTEXT GETTEXT_", "gettext gettext-tools"),
    ("IT_PROG_INTLTOOL AC_PROG_INTLTOOL INTLTOOL_", "intltool"),
    ("GTK_DOC_", "gtk-doc"),
    ("XORG_ XTRANS_", "xorg-util-macros"),
    ("GOBJECT_INTROSPECTION_", "gobject-introspection"),
    ("GLIB_ AM_GLIB_ AM_PATH_GLIB", "glib"),
    ("GNOME_", "gnome-common"),
    ("AM_PATH_GTK_3", "gtk3"),
    ("AM_PATH_GTK", "gtk2 gtk3"),
    ("AM_PATH_GPG_ERROR", "libgpg-error"),
    ("AM_PATH_LIBGCRYPT", "libgcrypt-devel libgcrypt"),
    ("AM_PATH_CPPUNIT", "cppunit"),
    ("AM_PATH_CHECK", "check libcheck"),
    ("AM_PATH_SDL2", "sdl2"),
    ("AM_PATH_SDL", "sdl"),
    ("AM_PATH_XML2", "libxml2-devel libxml2"),
    ("AM_PATH_GSL AX_PATH_GSL", "gsl"),
    ("LIBCURL_", "libcurl"),
    ("YELP_", "yelp-tools"),
    ("XDT_", "xfce4-dev-tools"),
    ("GST_ AG_GST_", "gstreamer"),
    ("GUILE_", "guile"),
    ("BOOST_", "boost"),
    ("AM_", "automake"),
];

pub(super) fn packages(name: &str) -> Vec<String> {
    let name = name.trim_start_matches('_');
    PREFIXES
        .iter()
        .flat_map(|(prefixes, packages)| prefixes.split(' ').map(move |prefix| (prefix, packages)))
        .filter(|(prefix, _)| name.starts_with(prefix))
        .max_by_key(|(prefix, _)| prefix.len())
        .map(|(_, packages)| words(packages))
        .unwrap_or_default()
}
