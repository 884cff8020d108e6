//! Comes with a later part.
fn main() {}
