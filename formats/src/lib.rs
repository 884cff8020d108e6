//! Comes with a later part.
