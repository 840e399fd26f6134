//! The session itself.
