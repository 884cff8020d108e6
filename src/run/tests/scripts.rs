//! Scripts that broke plausible rules, each with what must not happen.
