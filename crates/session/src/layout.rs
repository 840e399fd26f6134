//! Folders and names of a session.
