//! New versions of recipes: version, sources, checksums and build number.
