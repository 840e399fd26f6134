//! Converts recipes of conda-build (`meta.yaml`) to the v1 format.
