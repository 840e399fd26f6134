//! Sources: fetch, unpack, filter, copy, patch.
