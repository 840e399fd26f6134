//! What changed in the work folder → a patch.
