//! Environments: specs and run exports → solve → install; adding packages.
