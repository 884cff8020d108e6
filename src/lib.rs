//! A contact store that merges.
